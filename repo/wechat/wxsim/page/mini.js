// The mini-program on the phone: log in, bind, look at one's own household, or as a cadre at the month.
import { $, api, el } from './dom.js';
import { household } from './household.js';
import { month } from './month.js';

// One session per person, as one phone keeps its own log-in.
const sessions = new Map();
const busy = new Set();
let user = null;

export function initMini() {
  $('mini-login').addEventListener('click', () => guarded(login));
  $('mini-home').addEventListener('click', () => guarded(home));
  $('mini-bind').addEventListener('click', () => show(user, bindForm()));
}

export function showMiniOf(next) {
  user = next;
  paint();
}

function paint() {
  const session = sessions.get(user.id);
  $('mini-actions').hidden = !session?.token;
  $('mini-view').replaceChildren(session?.view || closed());
}

// show keeps a view for its person, who may not be the one on the screen any more.
function show(who, view) {
  if (!who) return;
  sessions.set(who.id, { ...sessions.get(who.id), view });
  if (user.id === who.id) paint();
}

// guarded runs one step at a time per person and shows what went wrong.
async function guarded(step) {
  const who = user;
  if (!who || busy.has(who.id)) return;
  busy.add(who.id);
  try {
    await step(who);
  } catch (e) {
    if (e.status === 401) sessions.delete(who.id);
    show(who, sessions.get(who.id)?.token ? problem(e.message) : closed(e.message));
  } finally {
    busy.delete(who.id);
  }
}

// request sends one call to the back end and turns a refusal into an Error people can read.
async function request(who, method, path, body) {
  const token = sessions.get(who.id)?.token;
  const answer = await api(`users/${encodeURIComponent(who.id)}/mini`, { method, path, token, body });
  if (answer.status >= 200 && answer.status <= 299) return answer.body;
  const error = new Error(answer.body?.detail || `后台答复了 ${answer.status}`);
  throw Object.assign(error, { status: answer.status, code: answer.body?.code });
}

async function login(who) {
  sessions.delete(who.id);
  const { code } = await api(`users/${encodeURIComponent(who.id)}/login-code`, {});
  const answer = await request(who, 'POST', '/mini/v1/login', { code });
  if (!answer?.token) throw new Error('后台没有给出登录凭证');
  sessions.set(who.id, { token: answer.token, cadre: answer.cadre_id });
  await home(who);
}

// home shows what there is for the person: their household, their month as a cadre, or both.
async function home(who) {
  const view = document.createElement('div');
  if (sessions.get(who.id)?.cadre) view.append(month(await request(who, 'GET', '/mini/v1/month')));
  try {
    view.append(household(await request(who, 'GET', '/mini/v1/household')));
  } catch (e) {
    if (e.code !== 'household_not_found') throw e;
    if (!view.hasChildNodes()) view.append(bindForm(e.message));
  }
  show(who, view);
}

async function bind(who, form) {
  const body = { code: form.elements.code.value.trim() };
  const number = form.elements.household_no.value.trim();
  if (number) body.household_no = number;
  try {
    await request(who, 'POST', '/mini/v1/bind', body);
  } catch (e) {
    if (e.status === 401) throw e;
    form.querySelector('[role=alert]').textContent = e.message;
    return;
  }
  await home(who);
}

function closed(text) {
  const button = el('button', { type: 'button', className: 'primary' }, '打开小程序');
  button.addEventListener('click', () => guarded(login));
  return el('div', { className: 'blank' }, el('b', {}, '我家帮扶'),
    text ? el('p', { className: 'wrong', role: 'alert' }, text) : '登录以后看自己家的帮扶情况', el('br'), button);
}

function bindForm(text) {
  const form = el('form', { className: 'panel bind' },
    el('h3', {}, '绑定家庭'), el('p', {}, text || '输入干部给的绑定码。'),
    entry('绑定码', { name: 'code', required: true, inputMode: 'numeric', placeholder: '6 位数字' }),
    entry('户编号', { name: 'household_no', placeholder: '可以不填' }),
    el('p', { className: 'wrong', role: 'alert' }),
    el('button', { className: 'primary' }, '绑定'));
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    guarded((who) => bind(who, form));
  });
  return form;
}

const entry = (label, props) => el('label', {}, label, el('input', { autocomplete: 'off', maxLength: 20, ...props }));

function problem(text) {
  return el('div', { className: 'panel problem', role: 'alert' }, el('h3', {}, '没有成功'), el('p', {}, text));
}
