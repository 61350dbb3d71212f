// Draws the household answer of the back end. Fields that are missing leave no gap.
import { el } from './dom.js';

const joined = (...words) => words.filter(Boolean).join(' · ');
const list = (v) => (Array.isArray(v) ? v : []);
const panel = (...children) => el('div', { className: 'panel' }, ...children);

// yuan reads an amount, which is an object of its own or stands beside its owner's other fields.
function yuan(owner, name) {
  const value = owner[name]?.yuan ?? owner[name + '_yuan'] ?? owner.yuan;
  return value === undefined ? '' : `${value} 元`;
}

export function household(h) {
  const view = document.createElement('div');
  view.append(head(h));
  if (h.aid) view.append(aid(h.aid));
  if (h.next_visit) view.append(visit(h.next_visit));
  if (list(h.cadres).length) view.append(people('帮扶干部', h.cadres.map((c) => [c.name, joined(c.role_label, c.unit)])));
  if (list(h.members).length) view.append(people('家里人', h.members.map((m) => [m.name, m.relation])));
  return view;
}

function head(h) {
  return panel(
    el('div', { className: 'head' },
      el('h3', {}, '我家'), h.status_label ? el('span', { className: 'chip' }, h.status_label) : null),
    el('p', {}, joined(h.unit, h.household_no && '户编号 ' + h.household_no)));
}

function aid(a) {
  const box = panel(el('h3', {}, a.year ? `${a.year} 年帮扶` : '帮扶'), el('p', { className: 'big' }, yuan(a, 'total')));
  for (const c of list(a.categories)) {
    box.append(el('ul', { className: 'rows' }, pair(c.label, yuan(c, 'total'), 'cat')));
    const entries = list(c.entries).map((e) => pair(e.title, yuan(e, 'amount'), '', joined(e.paid_on, e.payer)));
    if (entries.length) box.append(el('ul', { className: 'rows sub' }, ...entries));
  }
  if (list(a.categories).length === 0) box.append(el('p', {}, '这一年还没有记录。'));
  return box;
}

function pair(label, value, className, note) {
  return el('li', { className },
    el('span', {}, label || '', note ? el('small', {}, note) : null),
    el('span', { className: 'num' }, value));
}

function visit(v) {
  return panel(
    el('div', { className: 'head' }, el('h3', {}, '下次走访'), el('span', { className: 'chip' }, countdown(v.days))),
    el('p', {}, v.label || v.date || ''));
}

function countdown(days) {
  if (days > 0) return `还有 ${days} 天`;
  return days === 0 ? '就是今天' : `已过 ${-days} 天`;
}

function people(title, rows) {
  return panel(el('h3', {}, title),
    el('ul', { className: 'rows' }, ...rows.map(([name, what]) => el('li', {}, el('span', {}, name || ''), el('small', {}, what || '')))));
}
