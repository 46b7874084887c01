"""From an empty roster to “everyone ready and on duty”: the whole way through the pages, with messy files in the published form.

Only what a fresh installation has is prepared: reference data and the demonstration's officers. Everything else is
typed, chosen, uploaded and signed in the browser; a worker runs the jobs beside it.
"""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from admissions.accounts.demo import DEMO_PASSWORD, PEOPLE, UNITS, create_demo_people, totp_secret
from admissions.accounts.enums import Employment
from admissions.accounts.identity import keyed_digest
from admissions.accounts.models import User
from admissions.accounts.sample_roster import as_csv, as_xlsx, make_roster
from admissions.evidence.models import ImportBatch
from admissions.jobs.enums import JobState
from admissions.jobs.models import Job
from admissions.jobs.runner import run
from tests.browser.people import Person, code_for
from tests.factories.recusal import id_number, many_id_numbers
from tests.factories.seasons import invented_years
from tests.published import UNIVERSITIES, UNIVERSITY_LISTS
from tests.workgroups.recusal.searching import tables_containing
from workgroups.appointments.models import Appointment
from workgroups.groups.models import WorkGroup

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LEADER_POST, MEMBER_POST = "录取管理组·组长", "录取管理组·录检员"
OWN_PASSWORD = "Zi-ji-de-2027-kouling"
SON = id_number(316, born="20070307")
MISTYPED = SON[:-1] + ("1" if SON[-1] != "1" else "2")
GROUPS = ("录取工作领导小组", "录取管理组", "信息技术组")
OWN_PASSWORD = "Zi-ji-de-2027-kouling"
SEASON = "2027年普通高校招生录取"


@pytest.fixture
def worker(transactional_db):
    """A worker without a broker: takes whatever waits, until the test ends."""
    done = threading.Event()

    def work():
        while not done.wait(0.2):
            # What the web process runs itself it takes at once.
            left = Job.objects.filter(state=JobState.WAITING, created_at__lt=timezone.now() - timedelta(seconds=1))
            for job_id in left.values_list("pk", flat=True):
                run(job_id)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    done.set()
    thread.join()


@pytest.fixture
def arrive(browser, browser_context_args, live_server, settings):
    """Sign somebody in, in a window of their own: `arrive("secretary")`."""
    settings.MFA_REQUIRED = settings.DEMONSTRATION = True
    call_command("seed_reference", verbosity=0)
    create_demo_people()
    present, windows = {}, []

    def window():
        windows.append(Person(browser, live_server.url, browser_context_args))
        return windows[-1]

    def come(login):
        if login not in present:
            present[login] = window().sign_in(login, DEMO_PASSWORD, totp_secret(login))
        return present[login]

    come.window = window
    yield come
    for person in windows:
        person.context.close()


def test_a_season_is_staffed(arrive, worker, tmp_path):
    secretary, second = arrive("secretary"), arrive("secretary2")
    recruit = import_roster(arrive("secadmin"), arrive("secadmin2"), tmp_path)
    administrators_are_apart(arrive("sysadmin"), arrive("auditor"), recruit)
    invented_years(2027)
    open_season(secretary)
    import_universities(secretary, second)
    prepare_training(arrive("training"))
    prepare_pledge(secretary, second)
    leading = appoint(secretary, second, "金示恒", LEADER_POST)
    seat = appoint(secretary, second, recruit.staff_number, MEMBER_POST)
    refused_appointments(secretary, recruit.staff_number)
    not_ready_yet(secretary, seat)
    leader, member = arrive("leader1"), first_sign_in(arrive, arrive("secadmin"), recruit)
    declare_none(leader)
    declare_son(member, SON)
    for person in (leader, member):
        take_quiz(person)
    member.open("/").does_not_see("去签署")
    sign_pledge(leader)
    sign_pledge(member)
    screen(arrive("recusal1"), arrive("recusal2"), tmp_path)
    rule_on_the_hit(arrive("recusal1"), arrive("recusal2"), member, recruit.name)
    for address in (leading, seat):
        secretary.open(address).follow("办理上岗").submit("办理上岗", 事由="条件具备").sees("在岗")
    deputise(secretary, leader, seat, recruit)
    step_aside(secretary, leader, member, seat)
    supervise(arrive("secadmin"), arrive, recruit)
    assert tables_containing(SON) == tables_containing(MISTYPED) == [], "an ID number was typed, none is kept"


def now():
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M")


def open_season(secretary):
    secretary.open("/seasons/").follow("新建录取季")
    secretary.submit("建立", 年份="2027", 名称=SEASON, 复制自="录取季模板（七组结构）")
    secretary.follow("编排批次").follow("登记批次")
    secretary.submit(
        "登记批次", 批次名称="本科批", 顺序="1", 开始日期="2027-07-15", 结束日期="2027-08-01", 事由="工作日程"
    )
    secretary.open("/seasons/").follow(SEASON, "与上年比较").sees("本科批")
    secretary.follow("开启录取季").submit("开启录取季", 开启依据="领导小组决议〔2027〕1号")
    secretary.sees(SEASON, "进行")
    for group in GROUPS:
        secretary.open("/work/groups/").follow(group, "开始运行").submit("开始运行", 事由="按工作方案").sees("运行")


def import_universities(uploader, second):
    for name in UNIVERSITY_LISTS:
        uploader.open("/files/imports/").follow("导入院校名单")
        uploader.submit("上传并预检", 文件=UNIVERSITIES / name, 事由="教育部公布名单")
        uploader.sees("待确认", "不能确认自己上传的导入")
        second.open("/files/imports/").follow(name, "确认导入").submit("确认并写入", 事由="与公布件核对").sees("已导入")


def prepare_training(officer):
    officer.open("/work/training/").follow("新建课程")
    officer.submit("保存", 课程名称="录取工作纪律", 学习内容="学习六不准与回避规定。", 每卷题数="2", 事由="岗前培训")
    for stem, answer in (("未经公示的考生不得办理录取。", "1"), ("已录考生的学校可以应家长要求变更。", "2")):
        officer.follow("增加题目")
        officer.submit("保存题目", 依据条款=["六不准"], 题型="判断", 题干=stem, 正确答案=answer, 事由="出题")
    officer.follow("开放课程").submit("开放", 事由="开始培训").sees("开放")


def prepare_pledge(secretary, second):
    secretary.open("/work/pledges/").follow("新建模板")
    secretary.submit(
        "保存拟稿",
        名称="录取工作承诺书",
        种类="承诺书",
        正文开头="我郑重承诺：",
        承诺条款=["六不准", "十公开"],
        正文结尾="以上内容我已逐条阅读。",
        事由="岗前签订",
    )
    second.open("/work/pledges/templates/").follow("第1版", "发布").submit("发布并开放签订", 事由="经审定")


def appoint(secretary, second, person, post):
    secretary.open("/work/appointments/").follow("提名任职")
    secretary.submit("提名", 人员=[person], 岗位=[post], 开始时间=now(), 事由="按分工方案")
    address = secretary.page.url
    second.open(address).follow("确认任命").submit("确认任命", 任职依据="领导小组决议〔2027〕2号", 事由="会议决定")
    return address


def refused_appointments(secretary, seated):
    """A full post, a period twice, incompatible posts: each with its sentence."""
    for person, post, why in (
        ("魏示达", LEADER_POST, "已满"),
        (seated, MEMBER_POST, "不能重复任命"),
        (seated, "录取管理组·录检复核员", "不相容"),
    ):
        secretary.open("/work/appointments/").follow("提名任职")
        secretary.fill(人员=[person], 岗位=[post], 开始时间=now(), 事由="试").press("提名").sees(why)


def not_ready_yet(secretary, seat):
    """The page lists what is missing and who can help; the address of the act, typed by hand, names the rule and has no button."""
    secretary.open(seat).sees("尚未申报回避", "尚未考试合格", "谁能办", "须等金示恒（录取管理组·组长）先签")
    secretary.open(f"{seat}activate/").sees("缺一不可")
    assert not secretary.page.get_by_role("button", name="办理上岗").count()


def declare_none(person):
    person.open("/").follow("申报").fill(**{"以上声明由本人作出": True})
    person.sign("签署“无”的声明").sees("无")


def declare_son(person, number):
    person.open("/").follow("申报").press("亲属")
    person.fill(亲属关系="子女", 亲属姓名="柏小二", 是否报考本年="未报考", **{"以上声明由本人作出": True})
    person.fill(证件号码=MISTYPED, 您的口令=person.password).press("签署申报").sees("亲属·证件号码", "校验位不符")
    person.fill(证件号码=number).sign("签署申报").does_not_see(number)


def take_quiz(person):
    person.open("/").follow("答题", "开始答题").press("开始答题")
    for question in person.main.locator("fieldset").all():
        right = "正确" if "不得办理录取" in question.inner_text() else "错误"
        question.get_by_label(right).check()
    person.press("交卷").sees("合格")


def sign_pledge(person):
    person.open("/").follow("去签署").fill(**{"我已逐条阅读": True})
    person.sign("签订").sees("已签")


def import_roster(security, second, tmp_path):
    """400 people with the usual mess: preview, the rejected lines by line and column, confirmed by another."""
    sample = make_roster(list(UNITS.values()), 2026, 400)
    for name, content in (("花名册.xlsx", as_xlsx(sample)), ("花名册.csv", as_csv(sample))):
        (tmp_path / name).write_bytes(content)
        security.open("/files/imports/").follow("导入人员花名册")
        security.submit("上传并预检", 文件=tmp_path / name, 事由="录取工作人员花名册").sees(
            "待确认", "不能确认自己上传的导入"
        )
        security.sees(f"拒绝 {len(sample.rejected)}", "新增" if name.endswith("xlsx") else f"不变 {sample.accepted}")
        if name.endswith("xlsx"):
            security.follow("只看被拒绝的行").sees("第22行", "手机号相同", "单位")
            second.open("/files/imports/").follow(name, "确认导入").submit("确认并写入", 事由="与花名册核对").sees(
                "已导入"
            )
    second.open("/accounts/people/").sees(f"共 {sample.accepted + len(PEOPLE)} 人")
    imported = User.objects.filter(employment=Employment.FULL_TIME).exclude(username__in=[p.login for p in PEOPLE])
    return imported.exclude(staff_number=None).first()


def administrators_are_apart(system, auditor, account):
    """Only the security administrator grants; the audit administrator reads; the system administrator does neither."""
    address = f"/accounts/people/{account.pk}/"
    system.open(f"{address}grant/").sees("没有")
    auditor.open(address).sees(account.name).open(f"{address}grant/").sees("没有")


def first_sign_in(arrive, security, account):
    """The slip, the own password, the authenticator: then the person's to-dos."""
    security.open(f"/accounts/people/{account.pk}/").follow("发放初始口令").sign("生成口令条", 事由="首次发放")
    slip = security.main.locator(".slip dd.code").nth(1).inner_text()
    person = arrive.window().sign_in(account.username, slip)
    person.fill(现口令=slip, 新口令=OWN_PASSWORD, 再输一次新口令=OWN_PASSWORD).press("修改口令")
    person.page.fill("[name=code]", code_for(person.page.locator("code.secret").inner_text()))
    person.press("绑定")
    person.password = OWN_PASSWORD
    return person.open("/").sees("我的待办")


def screen(first, second, tmp_path):
    """Digests of the year's candidates, the member's son among them; compared in the background."""
    file = tmp_path / "考生摘要.csv"
    numbers = [SON, *many_id_numbers(5_000)]
    rows = (f"K{index:06},{keyed_digest(number)},430102,S1" for index, number in enumerate(numbers))
    file.write_text("\n".join(["考生参考号,证件号摘要,区县代码,学校代码", *rows]), "utf-8")
    first.open("/files/imports/").follow("导入考生摘要").submit("上传并预检", 文件=file, 事由="本年考生摘要")
    batch = f"/files/imports/{ImportBatch.objects.latest('pk').pk}/"
    first.until(batch, "待确认")
    second.open("/files/imports/").follow("考生摘要.csv", "确认导入").submit("确认并写入", 事由="核对")
    second.until(batch, "已导入")
    first.open("/work/recusal/desk/screenings/").follow("发起比对").submit("开始比对", 事由="上岗前比对")
    first.until(first.page.url, "报考的亲属")


def rule_on_the_hit(first, second, member, name):
    member.open("/work/recusal/mine/").sees("疑似")
    first.open("/work/recusal/desk/").follow(name, "裁定").fill(认定回避=True)
    first.sign("签署裁定", 裁定理由="亲属报考本年，属实")
    second.open("/work/recusal/desk/").follow(name, "复签").sign("复签，裁定生效", 复签意见="同意").sees("认定回避")
    member.open("/work/recusal/mine/").sees("认定回避").does_not_see(SON)


def deputise(secretary, leader, seat, member):
    """The page proposes who is fit; one is picked; his own frame says for whom; it ends by its link."""
    secretary.open(seat).follow("安排代岗").sees("可安排的代岗人")
    end = timezone.localtime() + timedelta(days=1)
    secretary.submit("安排代岗", 代岗人=["金示恒"], 开始时间=now(), 结束时间=f"{end:%Y-%m-%dT%H:%M}", 事由="出差一日")
    secretary.open(seat).sees(f"金示恒（代{member.name}）")
    assert f"（代{member.name}）" in leader.open("/").page.content()
    secretary.open(seat).follow("结束代岗").submit("结束代岗", 事由="提前返回")
    secretary.open(seat).sees("已结束")


def step_aside(secretary, leader, member, seat):
    """Suspended and back; then relieved with a handover that both sign."""
    secretary.open(seat).follow("暂停").submit("暂停任职", 事由="临时调离现场").sees("暂停")
    secretary.follow("恢复上岗").submit("办理上岗", 事由="返回岗位").sees("在岗")
    member.open(seat).follow("离岗交接").submit("编制交接单", 接收人=["金示恒"], 离岗原因="另有任用")
    paper = member.page.url
    member.follow("签字").sign("签字").sees("待")
    leader.open(paper).follow("签字").sign("签字")
    secretary.open(seat).sees("离岗")


def supervise(security, arrive, member):
    """The timelines of two groups, of a person, of a record, refused attempts too; and nothing of the other groups."""
    for group in GROUPS[1:]:
        security.open("/accounts/people/").fill(**{"姓名、拼音": "严示明"}).press("筛选").follow("严示明", "授予角色")
        security.sign("授予角色", 角色="驻点监督员", 限于录取季=SEASON, 限于工作组=group, 授权依据="派驻文件")
    supervisor = arrive("supervisor")
    unseen, seen = (WorkGroup.objects.get(season__name=SEASON, name=name) for name in GROUPS[:2])
    supervisor.open("/trail/").sees(member.name, "办理上岗", "条件具备").does_not_see(unseen.name)
    supervisor.open(f"/trail/group/{seen.pk}/").sees(member.name, "提名任职", "不能重复任命")
    supervisor.open(f"/trail/person/{member.pk}/").sees("签订", "条件具备")
    seat = Appointment.objects.get(person=member)
    supervisor.open(f"/trail/of/appointments.appointment/{seat.pk}/").sees("条件具备", "会议决定")
    for fold in supervisor.main.locator("summary", has_text="变动了").all():
        fold.click()
    supervisor.sees("待就绪", "在岗")
    supervisor.open(f"/trail/group/{unseen.pk}/").does_not_see("开始运行")
    for address in ("/trail/?text=领导小组", "/trail/?export=csv&purpose=work"):
        assert unseen.name not in supervisor.page.request.get(address).text(), address
