/* Enhancements only: every page reads and every form works without this file. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.remove("no-js");

  function on(selector, event, handler) {
    document.addEventListener(event, function (e) {
      var target = e.target.closest && e.target.closest(selector);
      if (target) handler(e, target);
    });
  }

  /* Navigation on phones; without this file the link leads to the navigation and CSS shows it. */
  on("[data-menu-toggle]", "click", function (e, link) {
    e.preventDefault();
    var open = link.closest(".side").classList.toggle("open");
    link.setAttribute("aria-expanded", String(open));
  });

  /* Menus are <details>; a click elsewhere or Escape closes them. */
  document.addEventListener("click", function (e) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(e.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (e) {
    var menu = e.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* A second click must not send a form twice. */
  document.addEventListener("submit", function (e) {
    var form = e.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit]").forEach(function (b) { b.setAttribute("aria-busy", "true"); });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach(function (b) { b.removeAttribute("aria-busy"); });
    });
  });

  /* Shortcuts; single keys can be switched off in the help (WCAG 2.1.4). */
  function shortcutsOn() {
    try { return localStorage.getItem("shortcuts") !== "off"; } catch (error) { return true; }
  }
  function follow(selector) {
    var link = document.querySelector(selector);
    if (link) link.click();
  }
  function showHelp() {
    var help = document.getElementById("shortcut-help");
    if (!help || !help.showModal) return;
    help.querySelector("[data-shortcuts-switch]").checked = shortcutsOn();
    help.showModal();
  }
  var keys = {
    "/": function () {
      var form = document.querySelector(".filters");
      if (!form) return;
      form.classList.remove("folded");
      var field = form.querySelector("input[type=text], input[type=search]") || form.querySelector("input:not([type=hidden]), select");
      if (field) field.focus();
    },
    "?": showHelp,
    "t": function () { follow("[data-shortcut=todos]"); },
    "n": function () { follow("a[rel=next]"); },
    "p": function () { follow("a[rel=prev]"); }
  };
  document.addEventListener("keydown", function (e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || !keys[e.key] || !shortcutsOn()) return;
    if (e.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    e.preventDefault();
    keys[e.key]();
  });
  on("[data-shortcut-help]", "click", showHelp);
  on("[data-shortcuts-switch]", "change", function (e, box) {
    try { localStorage.setItem("shortcuts", box.checked ? "on" : "off"); } catch (error) { /* private mode */ }
  });

  on("[data-print]", "click", function () { window.print(); });

  /* On phones the filter starts folded unless it is in use. */
  on("[data-filter-toggle]", "click", function (e, button) {
    var folded = button.closest(".filters").classList.toggle("folded");
    button.setAttribute("aria-expanded", String(!folded));
  });

  /* Weekday beside a date while it is being chosen. */
  on("input[type=date]", "change", function (e, input) {
    var note = document.querySelector("[data-weekday-of='" + input.id + "']");
    if (!note) return;
    var day = input.value ? new Date(input.value + "T00:00:00") : null;
    note.textContent = day ? "星期" + "日一二三四五六"[day.getDay()] : "";
  });

  /* Charts: the server makes the option; colours may be named by tone, e.g. "tone:success". */
  function styleOf(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }
  function withTones(value) {
    if (typeof value === "string" && value.indexOf("tone:") === 0) {
      return value === "tone:muted" ? "#98a2b3" : styleOf("--" + value.slice(5));
    }
    if (Array.isArray(value)) return value.map(withTones);
    if (value && typeof value === "object") {
      Object.keys(value).forEach(function (key) { value[key] = withTones(value[key]); });
    }
    return value;
  }
  function draw(box) {
    var source = document.getElementById(box.dataset.chart);
    if (!source || box.dataset.drawn) return;
    box.dataset.drawn = "1";
    var option = withTones(JSON.parse(source.textContent));
    var chart = window.echarts.init(box);
    chart.setOption(Object.assign({
      animation: false,
      color: ["#1d4f91", "#5b8cc9", "#98a2b3", "#067647", "#b54708", "#b42318"],
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: styleOf("--ink") }
    }, option, {
      tooltip: Object.assign({ trigger: "axis", axisPointer: { type: "shadow" } }, option.tooltip, { renderMode: "richText" }),
      legend: option.legend && Object.assign({ type: "scroll", top: 0, left: 0 }, option.legend),
      grid: Object.assign({ left: 8, right: 24, top: option.legend ? 40 : 8, bottom: 8, containLabel: true }, option.grid)
    }));
    window.addEventListener("resize", function () { chart.resize(); });
  }

  var pickerWords = {
    no_results: function () { return '<div class="no-results">没有匹配的选项</div>'; },
    loading: function () { return '<div class="no-results">正在查找</div>'; }
  };
  function pick(select) {
    if (select.tomselect) return;
    var picker = new window.TomSelect(select, {
      maxOptions: 500,
      clearAfterSelect: true,
      plugins: select.multiple ? { remove_button: { title: "移除" } } : [],
      searchField: ["text", "pinyin", "code"],
      sortField: [{ field: "$score" }, { field: "$order" }],
      render: pickerWords
    });
    var search = picker.search; // it finds nothing behind the dot of “录取管理组·组长”
    picker.search = function (query) { return search.call(picker, query.replace(/·/g, " ")); };
    select.setAttribute("aria-hidden", "true"); // its label now belongs to the picker
    select.addEventListener("focus", function () { picker.focus(); }); // a link of the error summary leads here
  }

  function enhance(part) {
    if (window.TomSelect) part.querySelectorAll("select[data-picker]").forEach(pick);
    if (window.echarts) part.querySelectorAll("[data-chart]").forEach(draw);
  }
  /* The navigation is longer than a small screen: show where one is. */
  function showPlace() {
    var side = document.querySelector(".side");
    var place = side && side.querySelector("[aria-current]");
    var below = place ? place.getBoundingClientRect().bottom - side.clientHeight : 0;
    if (below > 0) side.scrollTop = below + side.clientHeight / 3;
  }
  function start() {
    enhance(document);
    showPlace();
    var errors = document.querySelector(".form-errors");
    if (errors) errors.focus();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
  document.addEventListener("htmx:load", function (e) { enhance(e.target); });

  /* A form whose answer takes the place of the page's content: any page of ours is shown, one of an error too. */
  function takesContent(e) { return e.detail.target && e.detail.target.id === "content"; }
  function unanswered(form) {
    var said = form.querySelector(".form-errors") || document.createElement("p");
    said.className = "form-errors";
    said.setAttribute("role", "alert");
    said.tabIndex = -1;
    said.textContent = "没有收到服务器的答复，不知道是否已经送达。请先查看是否已经留存，再决定是否重新提交。";
    form.prepend(said);
    said.focus();
  }
  document.addEventListener("htmx:beforeSwap", function (e) {
    if (takesContent(e)) {
      var ours = e.detail.xhr.responseText.indexOf('id="content"') !== -1;
      e.detail.shouldSwap = ours;
      e.detail.isError = false;
      if (!ours) unanswered(e.detail.requestConfig.elt);
      return;
    }
    /* A whole page instead of any other fragment means the session has ended: show it as a page. */
    if (!/^\s*<!doctype/i.test(e.detail.xhr.responseText)) return;
    e.detail.shouldSwap = false;
    window.location.reload();
  });
  document.addEventListener("htmx:afterSwap", function (e) {
    if (!takesContent(e)) return;
    (document.querySelector("#content .form-errors") || document.getElementById("content")).focus();
  });
  document.addEventListener("htmx:sendError", function (e) {
    if (takesContent(e)) unanswered(e.detail.requestConfig.elt);
  });
})();
