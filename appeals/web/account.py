"""Signing in and out: a fresh session each time, slowed down under attack, never locking the owner out."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask_login import current_user, login_user
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as Answer

from appeals import clock
from appeals.actions import accounts, throttle
from appeals.actions.refusals import Refused
from appeals.rules.words import STAFF_ROLES, Role
from appeals.web import access, visitors
from appeals.web.access import everyone, only
from appeals.web.forms.account import PasswordForm, SignInForm

WITHIN = timedelta(minutes=5)
PER_ADDRESS, PER_LOGIN, PER_DEVICE = 20, 10, 10
DEVICE_LIVES = timedelta(days=365)
FIRST_PAGES = {
    Role.LIAISON: "unit.queue", Role.HEAD: "unit.queue", Role.COORDINATOR: "coordination.pile",
    Role.DIRECTOR: "coordination.pile", Role.RECUSAL: "coordination.pile", Role.LEADER: "scorecards.leader",
    Role.ADMIN: "admin.overview", Role.DISCIPLINE: "oversight.files", Role.AUDIT: "oversight.files",
}  # fmt: skip
SEES = {
    Role.LIAISON: "本单位承办、协办的诉求；企业联系方式须写明理由后查看",
    Role.HEAD: "本单位及下属单位承办、协办的诉求；企业联系方式须写明理由后查看",
    Role.COORDINATOR: "全部诉求（反映本局作风的除外）；企业联系方式须写明理由后查看",
    Role.DIRECTOR: "全部诉求（反映本局作风的除外）；企业联系方式须写明理由后查看",
    Role.RECUSAL: "主办单位或被反映单位属于行政审批服务局的诉求",
    Role.LEADER: "全部诉求和评分，企业联系方式不显示",
    Role.DISCIPLINE: "移送给纪检监察的卷宗",
    Role.AUDIT: "移送给审计的卷宗，操作日志和封存校验",
    Role.ADMIN: "账号和基础数据，不含诉求内容",
}
counter = Blueprint("account", __name__)


@counter.route("/login", methods=["GET", "POST"])
@everyone
def sign_in() -> Answer | str | tuple[str, int]:
    """The door for staff."""
    if current_user.is_authenticated:
        return redirect(_first_page())
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _door(form, 422 if request.method == "POST" else 200)
    at, login = clock.now(), form.login.data
    address = visitors.address_key("sign-in")
    buckets = _buckets(login, address)
    if not all(throttle.spend(key, most=most, within=WITHIN, at=at) for key, most in buckets):
        accounts.held_back(login=login, address=address, at=at)
        form.tell({"password": "尝试次数过多，请几分钟后再试"})
        return _door(form, 429)
    token = accounts.sign_in(login=login, password=form.password.data, address=address, at=at)
    if token is None:
        form.tell({"password": "登录名或密码不正确"})
        return _door(form, 422)
    for key, _ in buckets:
        throttle.give_back(key)
    return _let_in(token, login, form.next.data)


def _door(form: SignInForm, code: int) -> tuple[str, int]:
    return render_template("account/sign_in.html", form=form), code


def _buckets(login: str, address: str) -> list[tuple[str, int]]:
    """What an attempt is counted under.

    A device on which this login was signed in before counts by itself, and an address from which it was is not
    held up by what others try elsewhere: guessing from outside never keeps the owner out.
    """
    if device := _device(login):
        return [(f"device:{device}", PER_DEVICE)]
    buckets = [(address, PER_ADDRESS)]
    if not accounts.been_here(login, address):
        buckets.append((f"login:{accounts.token_hash(login.casefold())[:32]}", PER_LOGIN))
    return buckets


def _let_in(token: str, login: str, wanted: str) -> Answer:
    cookie.clear()  # whatever the cookie carried before is not carried in
    user = accounts.signed_in(token, at=clock.now())
    if user is None:
        abort(403)
    login_user(access.Visitor(user, token))
    answer = make_response(redirect(_safe(wanted) or _first_page()))
    if _device(login) is None:
        _remember_device(answer, login)
    return answer


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.extensions["appeals.settings"].key("device"), "device")


def _device_cookie() -> str:
    name: str = current_app.config["SESSION_COOKIE_NAME"]
    return f"{name}-device"


def _device(login: str) -> str | None:
    """The name of this device, if `login` was signed in on it before."""
    try:
        known, device = _serializer().loads(request.cookies.get(_device_cookie(), ""))
    except (BadData, ValueError, TypeError):
        return None
    return str(device) if known == accounts.token_hash(login)[:32] else None


def _remember_device(answer: Response, login: str) -> None:
    value = _serializer().dumps([accounts.token_hash(login)[:32], accounts.new_device()])
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(_device_cookie(), value, max_age=DEVICE_LIVES, httponly=True, secure=secure, samesite="Lax")


def _first_page() -> str:
    endpoint = FIRST_PAGES.get(current_user.actor.role, "account.own")
    return url_for(endpoint if endpoint in current_app.view_functions else "account.own")


def _safe(wanted: str | None) -> str | None:
    """A path of this site, or None: nobody is sent elsewhere after signing in."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or "\\" in wanted:
        return None
    if any(ord(c) < 32 for c in wanted):
        return None
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return None
    return wanted if not parts.scheme and not parts.netloc else None


@counter.post("/logout")
@only(*STAFF_ROLES)
def sign_out() -> Answer:
    """End this sign-in; a copy of its cookie is dead."""
    accounts.sign_out(current_user.token, by=access.actor(), at=clock.now())
    access.forget()
    flash("您已退出", "ok")
    return redirect(url_for("account.sign_in"))


@counter.route("/password", methods=["GET", "POST"])
@only(*STAFF_ROLES)
def password() -> Answer | str | tuple[str, int]:
    """Change one's own password; forced while it is the one-time password."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            accounts.change_password(
                user_id=current_user.user.id, old=form.old.data, new=form.new.data, keep=current_user.token,
                by=access.actor(), at=clock.now(),
            )  # fmt: skip
        except Refused as refused:
            form.tell(refused.errors)
        else:
            flash("密码已修改，其他设备上的登录已全部结束", "ok")
            return redirect(_first_page())
    page = render_template("account/password.html", form=form)
    return (page, 422) if form.errors else page


@counter.get("/account/")
@only(*STAFF_ROLES)
def own() -> str:
    """Who I am here, what I may see, and where I am signed in."""
    found = accounts.sign_ins(current_user.user.id, at=clock.now())
    here = accounts.token_hash(current_user.token)
    return render_template("account/own.html", sign_ins=found, here=here, sees=SEES)


@counter.post("/account/end-others")
@only(*STAFF_ROLES)
def end_others() -> Answer:
    """End every other sign-in of mine."""
    accounts.end_others(keep=current_user.token, by=access.actor(), at=clock.now())
    flash("其他设备上的登录已全部结束", "ok")
    return redirect(url_for("account.own"))
