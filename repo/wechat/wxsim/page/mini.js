// The mini-program on the phone: log in, bind, look at one's own household.
import { $, api, el } from './dom.js';
import { household } from './household.js';

// One session per person, as one phone keeps its own log-in.
const sessions = new Map();
let user = null;

export function initMini() {
  $('mini-login').addEventListener('click', () => guarded(login));
  $('mini-home').addEventListener('click', () => guarded(home));
  $('mini-bind').addEventListener('submit', (e) => {
    e.preventDefault();
    guarded(bind);
  });
}

export function showMiniOf(next) {
  user = next;
  const session = sessions.get(user.id);
  paintActions();
  show(session?.view || panel('还没有登录', '点“登录”，像打开小程序一样进入。'));
}

function paintActions() {
  const inside = Boolean(sessions.get(user?.id)?.token);
  $('mini-home').disabled = !inside;
  $('bind-code').disabled = !inside;
  $('mini-bind').querySelector('button').disabled = !inside;
  $('mini-login').textContent = inside ? '重新登录' : '登录';
}

async function guarded(fn) {
  if (!user) return;
  const who = user;
  try {
    await fn(who);
  } catch (e) {
    keep(who, panel('没有成功', e.message, true));
  }
  if (user.id === who.id) paintActions();
}

// request sends one call to the back end and turns a refusal into an Error people can read.
async function request(who, method, path, body) {
  const token = sessions.get(who.id)?.token;
  const answer = await api(`users/${encodeURIComponent(who.id)}/mini`, { method, path, token, body });
  if (answer.status < 200 || answer.status > 299) throw new Error(reason(answer));
  return answer.body;
}

function reason({ status, body }) {
  const said = body?.detail || body?.message || body?.error || (typeof body === 'string' ? '' : body?.title);
  return said ? String(said) : `后台答复了 ${status}`;
}

async function login(who) {
  sessions.delete(who.id);
  const { code } = await api(`users/${encodeURIComponent(who.id)}/login-code`, {});
  const answer = await request(who, 'POST', '/mini/v1/login', { code });
  sessions.set(who.id, { token: answer?.token || '' });
  if (Array.isArray(answer?.households) && answer.households.length === 0) {
    keep(who, panel('已登录', '还没有绑定家庭。输入干部给的绑定码，再点“绑定”。'));
    return;
  }
  await home(who);
}

async function bind(who) {
  const code = $('bind-code').value.trim();
  if (!code) return;
  await request(who, 'POST', '/mini/v1/bind', { code });
  $('bind-code').value = '';
  await home(who);
}

async function home(who) {
  keep(who, household(await request(who, 'GET', '/mini/v1/household')));
}

function keep(who, view) {
  const session = sessions.get(who.id) || { token: '' };
  session.view = view;
  sessions.set(who.id, session);
  if (user.id === who.id) show(view);
}

function show(view) {
  $('mini-view').replaceChildren(view);
}

function panel(title, text, problem) {
  return el('div', { className: problem ? 'panel problem' : 'panel' }, el('h3', {}, title), el('p', {}, text));
}
