"""Makes the two lists beside this file, in the form of the Ministry's 全国普通高等学校名单: invented schools, real oddities.

By hand, when the form changes: needs xlwt (`python make.py`), which nothing else here needs. The older list has codes as text
and names broken across lines, the newer one codes as numbers and trailing spaces; both have provinces as merged headings.
"""

from pathlib import Path

import xlwt

HERE = Path(__file__).parent
OLD, NEW = "universities_2017_SYNTHETIC.xls", "universities_2025_SYNTHETIC.xls"
COLUMNS = ("序号", "学校名称", "学校标识码", "主管部门", "所在地", "办学层次", "备注")
PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区", "21": "辽宁省", "22": "吉林省",
    "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省",
    "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省",
    "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区",
}  # fmt: skip
NUMBERS = "一二三四五六"
BROKEN = {"4132990003": "演示工业园区服务外包\n职业学院"}
ABROAD = "境外高等教育机构在演示自由贸易港设立的实施理工农医类学科专业教育的学校"


def old_list():
    """Six schools a province, 186 in all."""
    for province, name in PROVINCES.items():
        yield name, [school(province, name, number) for number in range(1, 7)]


def new_list():
    """Every sixth is gone, one in two provinces was renamed, every province has two new ones: 155 stay, 62 come, 31 go."""
    for place, (province, name) in enumerate(PROVINCES.items()):
        schools = [school(province, name, number) for number in range(1, 6)]
        if place % 2 == 0:
            schools[4] |= {"name": f"{name}演示新名学院", "level": "本科"}
        for number in (7, 8):
            schools.append(school(province, name, number) | {"remark": ABROAD if province == "46" else "民办"})
        yield name, [tidied(one) for one in schools]


def school(province, name, number):
    code = f"41{province}99{number:04}"
    level = "专科" if number > 3 else "本科"
    title = BROKEN.get(code, f"{name}演示第{NUMBERS[number % 6]}{'学院' if number < 6 else f'{number}学院'}")
    found = {"name": title, "code": code, "authority": name, "location": f"{name}演示区", "level": level, "remark": ""}
    if number == 1:
        found |= {"name": f"演示石油大学({name})", "authority": "教育部"}
    if number == 4:
        found["remark"] = "民办"
    if province == "31" and number == 2:
        found |= {"authority": "上海市\n演示科学院"}
    if province == "36" and number == 2:
        found |= {"authority": "江西省       "}
    if province == "53" and number == 3:
        found |= {"location": "演示彝族\n自治州", "name": "演示民族幼儿师范\n高等专科学校"}
    return found


def tidied(one):
    """As in the newer list: no line breaks, other blanks instead."""
    one = {key: value.replace("\n", "" if key != "authority" else " ") for key, value in one.items()}
    return one | {"name": one["name"] + " "} if one["code"].startswith("412199") else one


def write(path, subtitle, provinces, code_of):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("全国普通高等学校名单")
    for row, text in enumerate(("附件1：", f"全国普通高等学校名单\n（{subtitle}）")):
        sheet.write_merge(row, row, 0, 6, text)
    for column, text in enumerate(COLUMNS):
        sheet.write(2, column, text)
    row, number = 3, 0
    for province, schools in provinces:
        sheet.write_merge(row, row, 0, 6, f"{province}（{len(schools)}所）")
        for one in schools:
            row, number = row + 1, number + 1
            cells = (
                number,
                one["name"],
                code_of(one["code"]),
                one["authority"],
                one["location"],
                one["level"],
                one["remark"],
            )
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
        row += 1
    book.save(str(path))


if __name__ == "__main__":
    write(HERE / OLD, "按学校办学层次和标识码排序", old_list(), str)
    write(HERE / NEW, "截至2025年6月20日", new_list(), int)
