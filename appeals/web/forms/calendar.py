"""Working days as the administrator types them: one stretch, or a file of a year."""

from datetime import timedelta

from flask import request
from wtforms import FileField, IntegerField
from wtforms.validators import NumberRange, Optional

from appeals.rules import calendar_file
from appeals.web.forms import Chosen, Form, Picked, Required, Typed, TypedLines
from appeals.web.forms.admin import Day, reason

STRETCH = 31


class DaysForm(Form):
    """One stretch of days of one kind."""

    first = Day("从", [Required("请填写日期")])
    last = Day("到（含）")
    kind = Chosen("性质", [Required("请选择性质")], options=calendar_file.KINDS.items)
    name = Typed("节日名称")
    status = Picked("状态", [Required("请选择状态")], options=calendar_file.STATUSES.items)
    source = Typed("通知文号")
    reason = reason()

    def rows(self) -> list[dict[str, str]]:
        """One row per day; none, with an error beside `last`, where the stretch is none or too long."""
        first, last = self.first.day, self.last.day or self.first.day
        assert first is not None
        assert last is not None
        if not 0 <= (last - first).days < STRETCH:
            self.tell({"last": f"不能早于开始日期，一次最多{STRETCH}天"})
            return []
        same = {"kind": self.kind.data, "name": self.name.data, "status": self.status.data, "source": self.source.data}
        return [same | {"day": str(first + timedelta(n))} for n in range((last - first).days + 1)]


class CalendarFileForm(Form):
    """Working days as lines, typed or from a file; with a year they stand for the whole of it."""

    file = FileField("CSV文件")
    rows = TypedLines("内容")
    year = IntegerField("整年替换的年份", [Optional(), NumberRange(2000, 2100, "年份应在2000–2100之间")])
    reason = TypedLines("更改理由和依据")

    def take_file(self) -> None:
        """Put the uploaded file's text into the box, where it can be seen and mended."""
        given = request.files.get("file")
        if given is None or not given.filename:
            return
        read = calendar_file.decode(given.stream.read(calendar_file.BYTES_MOST + 1))
        if read is None or len(read) > calendar_file.BYTES_MOST:
            self.tell({"file": "文件不是文本，或者太大"})
        else:
            self.rows.process_formdata([read])
