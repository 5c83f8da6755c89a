"""Signing in, and changing one's password."""

from wtforms import HiddenField, PasswordField
from wtforms.validators import StopValidation

from appeals.actions.accounts import PASSWORD_LEAST, PASSWORD_MOST
from appeals.web.forms import Form, Required, Typed

LOGIN = 40


class Secret(PasswordField):  # type: ignore[misc]
    """A password: taken exactly as typed, never trimmed, and never longer than can be right."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The first value; one character more than may be is enough to be refused."""
        self.data = valuelist[0][: PASSWORD_MOST + 1] if valuelist else ""


class SignInForm(Form):
    """Who, and the password."""

    login = Typed("登录名", [Required("请填写登录名")])
    password = Secret("密码", [Required("请填写密码")])
    next = HiddenField()


class PasswordForm(Form):
    """The old password, and twice the new one."""

    old = Secret("原密码", [Required("请填写原密码")])
    new = Secret(f"新密码（{PASSWORD_LEAST}–{PASSWORD_MOST} 个字符）", [Required("请填写新密码")])
    again = Secret("再输一次新密码", [Required("请再输一次新密码")])

    def validate_again(self, field: PasswordField) -> None:
        """Both times the same."""
        if field.data != self.new.data:
            raise StopValidation("两次输入的新密码不一致")
