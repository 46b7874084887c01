from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from admissions.core.clock import minute_text
from admissions.upkeep import restore as restoring
from admissions.upkeep.programs import UpkeepRefused


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database and an empty evidence directory. "
        "Exit code 2: nothing was changed. Exit code 1: restored, but a comparison does not agree."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="a directory written by the command backup")

    def handle(self, *args, directory: Path, **options) -> None:
        self.step = 0
        plan = self.restored(directory.absolute())
        self.protect()
        findings = restoring.compare(plan)
        for finding in findings:
            self.show(finding)
        restoring.record(plan, findings)
        if any(finding.problems for finding in findings):
            raise CommandError("数据已经恢复，但核对不符，请勿投入使用，并报告安全管理员和审计管理员。", returncode=1)
        self.say("恢复完成。请清空缓存，启动网站、后台和定时进程，所有人重新登录；由审计管理员复核登记簿上的清单校验值")

    def restored(self, directory: Path) -> restoring.Plan:
        try:
            plan = restoring.prepare(directory)
            moment = minute_text(datetime.fromisoformat(plan.manifest.made_at))
            self.say(f"清单完整，{len(plan.manifest.files)} 个文件的校验值全部一致（备份时间 {moment}）")
            self.say("目标数据库和材料目录是空的，程序版本相合")
            restoring.restore(plan)
        except (UpkeepRefused, OSError, DatabaseError) as error:
            raise CommandError(f"没有恢复：{error}", returncode=2) from error
        self.say("数据库和材料已经写入")
        return plan

    def protect(self) -> None:
        try:
            restoring.protect()
        except DatabaseError as error:
            raise CommandError(f"数据已经恢复，但保护没有装好，请勿投入使用：{error}", returncode=1) from error
        self.say("保护触发器和网站账号的授权已经重设")

    def show(self, finding: restoring.Finding) -> None:
        self.say(f"核对：{finding.label}——{'不符' if finding.problems else '一致'}")
        for problem in finding.problems[: restoring.SHOWN]:
            self.stdout.write(f"   {problem}")
        if len(finding.problems) > restoring.SHOWN:
            self.stdout.write(f"   另有 {len(finding.problems) - restoring.SHOWN} 处")

    def say(self, sentence: str) -> None:
        self.step += 1
        self.stdout.write(f"{self.step}. {sentence}。")
