// The official account chat on the phone.
import { $, api, dayOf, el, time } from './dom.js';

let user = null;
let messages = [];
let menu = { button: [] };
let voice = false;
const waiting = new Map();

export function initChat() {
  $('say').addEventListener('submit', (e) => {
    e.preventDefault();
    sendText();
  });
  $('voice').addEventListener('click', () => setVoice(!voice));
  $('picture').addEventListener('click', () => act('image', {}));
  $('follow').addEventListener('click', toggleFollow);
  $('scan-open').addEventListener('click', () => showScan($('scan').hidden));
  $('scan').addEventListener('submit', (e) => {
    e.preventDefault();
    const scene = $('scene').value.trim();
    if (!scene) return;
    showScan(false);
    act('scan', { scene });
  });
  document.addEventListener('click', (e) => {
    if (!$('menu').contains(e.target)) closeSubmenus();
  });
  document.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') closeSubmenus();
  });
}

// showChatOf puts a person's chat on the phone and reads it anew.
export function showChatOf(next) {
  user = next;
  messages = [];
  menu = { button: [] };
  hint('');
  paintFrame();
  readChat();
  readMenu();
}

// repaintChat is for a change of the person shown, such as following.
export function repaintChat(next) {
  user = next;
  paintFrame();
  paintLog();
  readMenu(); // who stops following loses their tags
}

async function readChat() {
  const wanted = user;
  try {
    const answer = await api(path('messages'));
    if (user.id !== wanted.id) return;
    const early = messages.filter((m) => !answer.messages.some((n) => n.seq === m.seq));
    messages = answer.messages.concat(early);
  } catch (e) {
    if (user.id === wanted.id) hint(e.message);
  }
  paintLog();
}

export function receive(message) {
  if (messages.some((m) => m.seq === message.seq)) return;
  messages.push(message);
  paintLog();
}

const path = (what) => `users/${encodeURIComponent(user.id)}/${what}`;

// act carries out a gesture. What it leads to arrives through the feed; here only a refusal is shown.
async function act(what, body) {
  if (!user) return;
  const who = user;
  hint('');
  wait(who, 1);
  try {
    await api(path(what), body);
  } catch (e) {
    if (user.id === who.id) hint(e.message);
  }
  wait(who, -1);
}

// wait counts the gestures of a person that the back end has not answered yet.
function wait(who, step) {
  waiting.set(who.id, (waiting.get(who.id) || 0) + step);
  paintTitle();
}

function paintTitle() {
  $('chat-title').textContent = waiting.get(user.id) > 0 ? '正在等公众号回答…' : '红卫农场帮扶';
}

// say sends a text as the person shown.
export function say(content) {
  act('text', { content });
}

function sendText() {
  const content = $('text').value;
  if (!content.trim()) return;
  $('text').value = '';
  if (voice) act('voice', { recognition: content });
  else act('text', { content });
}

function toggleFollow() {
  if (user) act(user.following ? 'unfollow' : 'follow', {});
}

function setVoice(on) {
  voice = on;
  $('voice').setAttribute('aria-pressed', String(on));
  $('text').placeholder = on ? '说的话（当作语音发出）' : '发消息';
}

function showScan(on) {
  $('scan').hidden = !on;
  $('scan-open').setAttribute('aria-expanded', String(on));
  if (on) $('scene').focus();
}

function hint(text) {
  $('hint').textContent = text;
  $('hint').hidden = !text;
}

function paintFrame() {
  paintTitle();
  const on = user.following;
  $('follow-state').textContent = on ? '已关注' : '未关注';
  $('follow').textContent = on ? '取消关注' : '关注';
  $('say').hidden = !on;
  paintMenu();
}

function paintLog() {
  const lines = [];
  let last = 0;
  for (const m of messages) {
    const at = new Date(m.at);
    if (at - last > 5 * 60 * 1000) lines.push(el('p', { className: 'stamp' }, stamp(at)));
    last = at;
    lines.push(line(m));
  }
  if (!user.following) lines.push(invitation());
  else if (messages.length === 0) lines.push(welcome());
  $('log').replaceChildren(...lines);
  $('log').scrollTop = $('log').scrollHeight;
}

const stamp = (at) => `${dayOf(at)} ${time(at)}`;

function line(m) {
  if (m.kind === 'event' || m.kind === 'notice') return el('p', { className: 'event' }, m.content);
  const mine = m.from === 'user';
  const label = { voice: '语音 · 识别为文字', image: '' }[m.kind];
  const via = { custom: '客服消息', template: '模板消息', subscribe: '订阅通知', mass: '群发消息' }[m.via];
  return el('div', { className: 'line ' + m.from },
    el('span', { className: 'avatar', 'aria-hidden': 'true' }, mine ? user.name.slice(-1) : '帮'),
    el('div', { className: m.kind === 'news' ? 'bubble news' : 'bubble' },
      label || via ? el('small', {}, label || via) : null, m.content));
}

function invitation() {
  const button = el('button', { type: 'button', className: 'primary' }, '关注公众号');
  button.addEventListener('click', toggleFollow);
  return el('div', { className: 'blank' }, el('b', {}, '红卫农场帮扶'), '关注以后才能发消息、点菜单', el('br'), button);
}

function welcome() {
  return el('p', { className: 'blank' }, el('b', {}, '红卫农场帮扶'), '还没有消息。发送“我家”，看看家里的帮扶情况。');
}

// readMenu asks for the menu of the person shown: people with a tag may have one of their own.
export async function readMenu() {
  const wanted = user;
  if (!wanted) return;
  try {
    const answer = await api(path('menu'));
    if (user.id !== wanted.id) return;
    menu = answer;
  } catch (e) {
    if (user.id === wanted.id) hint(e.message);
  }
  paintMenu();
}

function paintMenu() {
  const buttons = user?.following ? menu.button || [] : [];
  $('menu').replaceChildren(...buttons.map(topButton));
}

function topButton(b) {
  const subs = b.sub_button || [];
  if (subs.length === 0) return el('div', {}, tap(b));
  const list = el('div', { className: 'submenu', hidden: true }, ...subs.map(tap));
  const opener = el('button', { type: 'button', 'aria-haspopup': 'true', 'aria-expanded': 'false' }, b.name);
  opener.addEventListener('click', () => {
    const open = list.hidden;
    closeSubmenus();
    list.hidden = !open;
    opener.setAttribute('aria-expanded', String(open));
  });
  return el('div', {}, list, opener);
}

function tap(b) {
  const button = el('button', { type: 'button' }, b.name);
  button.addEventListener('click', () => {
    closeSubmenus();
    act('menu', { key: b.key || b.pagepath || b.url });
    if (b.type === 'miniprogram') $('tab-mini').click();
  });
  return button;
}

function closeSubmenus() {
  for (const list of document.querySelectorAll('.submenu')) {
    list.hidden = true;
    list.nextElementSibling.setAttribute('aria-expanded', 'false');
  }
}
