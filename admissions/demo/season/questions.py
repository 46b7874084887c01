"""Questions of the demonstration course; each is bound to a clause of the rulebook by its code."""

# (clause code, kind, stem, options, right options)
QUESTIONS = [
    (
        "civil-servant-76",
        "single",
        "执行公务时涉及本人利害关系的，应当怎么办？",
        ["主动申请回避", "照常办理，事后说明", "请同事代办即可"],
        [0],
    ),
    ("civil-servant-77", "judge", "除本人申请外，机关也可以不经申请直接决定回避。", ["正确", "错误"], [0]),
    ("civil-servant-74", "single", "下列哪一类不在任职回避所列亲属范围之内？", ["夫妻", "近姻亲", "普通朋友"], [2]),
    ("six-donts-5", "judge", "可以收受考生家长的小额礼品，只要不影响录取。", ["正确", "错误"], [1]),
    (
        "six-donts-2",
        "single",
        "招生工作人员弄虚作假属于什么行为？",
        ["六不准所禁止的行为", "可以说明情况后免责的行为", "工作失误"],
        [0],
    ),
    (
        "must-not-6",
        "single",
        "省级招办不得怎样投档？",
        ["违反程序或降低标准投档", "按审定模板投档", "按志愿和分数投档"],
        [0],
    ),
    ("must-not-7", "judge", "未经公示的考生不得办理录取。", ["正确", "错误"], [0]),
    ("must-not-10", "judge", "已录考生的学校和专业可以应家长要求变更。", ["正确", "错误"], [1]),
    ("three-nos-1", "single", "“三不”中的第一项是什么？", ["不点录", "不公示", "不值班"], [0]),
    ("separation-1", "multiple", "下列哪些须由不同的人承担？", ["执行", "复核", "监督"], [0, 1, 2]),
    (
        "order33-13-1",
        "judge",
        "应当回避而隐瞒不报的，会被停止参加当年及下一年度的国家教育考试工作。",
        ["正确", "错误"],
        [0],
    ),
    ("disclosure-4", "judge", "调整计划的使用结果属于应当公开的内容。", ["正确", "错误"], [0]),
]
PLEDGE_CLAUSES = [
    *(f"six-donts-{number}" for number in range(1, 7)),
    "three-nos-1",
    "three-nos-2",
    "three-nos-3",
    "must-not-6",
    "must-not-7",
    "must-not-8",
    "must-not-9",
    "must-not-10",
    "must-not-11",
    "civil-servant-76",
    "order33-13-1",
    "separation-1",
]
RESPONSIBILITY_CLAUSES = ["separation-1", "must-not-6", "must-not-9", "civil-servant-77", "order33-13-1"]
