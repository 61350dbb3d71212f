// The right side: clock, tips, calls.
import { $, api, el, fullDay, timeWithSeconds } from './dom.js';

const shownCalls = 60;
// How far the simulator's clock is ahead of this browser's, in milliseconds.
let ahead = 0;

export function initSide() {
  $('turns').addEventListener('click', (e) => {
    const turn = e.target.dataset?.turn;
    if (turn) turnClock(turn, e.target);
  });
  setInterval(paintClock, 1000);
}

export function setClock(answer) {
  ahead = new Date(answer.now) - Date.now();
  $('turns').hidden = !answer.can_turn;
  paintClock();
}

const now = () => new Date(Date.now() + ahead);

function paintClock() {
  const t = now();
  $('clock').textContent = `${fullDay(t)} ${timeWithSeconds(t)}`;
  $('phone-time').textContent = timeWithSeconds(t).slice(0, 5);
}

async function turnClock(turn, button) {
  button.disabled = true;
  $('clock-wrong').hidden = true;
  try {
    setClock(await api('clock', turn.includes('@') ? { to: next(...turn.split('@').map(Number)) } : { turn }));
  } catch (e) {
    $('clock-wrong').textContent = e.message;
    $('clock-wrong').hidden = false;
  }
  button.disabled = false;
}

// next is the coming day of the month at the hour, Beijing time; day 0 is the next time that it is that hour.
function next(day, hour) {
  const local = new Date(now().getTime() + 8 * 3600 * 1000);
  const at = (later) => (day === 0
    ? Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate() + later, hour)
    : Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + later, day, hour));
  const target = at(0) > local.getTime() ? at(0) : at(1);
  return new Date(target - 8 * 3600 * 1000).toISOString();
}

// showTips shows the tips; what a tip names can be said by a button, as whoever is chosen.
export function showTips(tips, say) {
  $('tips-card').hidden = tips.length === 0;
  $('tips').replaceChildren(...tips.flatMap((t) => [el('dt', {}, t.title), el('dd', {}, t.text, words(t.says || [], say))]));
}

function words(says, say) {
  if (says.length === 0) return null;
  return el('div', { className: 'says' }, ...says.map((text) => {
    const button = el('button', { type: 'button' }, text);
    button.addEventListener('click', () => say(text));
    return button;
  }));
}

export function showCalls(calls) {
  const latest = calls.slice(-shownCalls).reverse();
  $('calls').replaceChildren(...(latest.length ? latest.map(row) : [empty()]));
}

export function addCall(call) {
  if ($('calls').querySelector('.none')) $('calls').replaceChildren();
  $('calls').prepend(row(call));
  while ($('calls').children.length > shownCalls) $('calls').lastChild.remove();
}

const empty = () => el('li', { className: 'none' }, '后台还没有调用过微信接口');

function row(call) {
  const bad = call.errcode !== 0 || call.status !== 200;
  const result = call.status !== 200 ? String(call.status) : bad ? String(call.errcode) : '成功';
  return el('li', {},
    el('time', {}, timeWithSeconds(new Date(call.at))),
    el('code', {}, call.path),
    el('span', { className: bad ? 'code bad' : 'code' }, result));
}
