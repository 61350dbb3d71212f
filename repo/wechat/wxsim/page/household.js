// Draws the household answer of the back end. Fields it does not know are left out, fields that
// are missing leave no gap.
import { el } from './dom.js';

const money = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function yuan(v) {
  const n = Number(v);
  return Number.isFinite(n) ? money.format(n) + ' 元' : String(v ?? '');
}

const joined = (...words) => words.filter(Boolean).join(' · ');
const list = (v) => (Array.isArray(v) ? v : []);

export function household(data) {
  const h = data?.household || data || {};
  const view = document.createElement('div');
  view.append(head(h));
  if (h.aid) view.append(aid(h.aid));
  if (h.next_visit) view.append(visit(h.next_visit));
  if (list(h.cadres).length) view.append(people('帮扶干部', h.cadres.map((c) => [c.name, joined(c.role_label, c.unit)])));
  if (list(h.members).length) view.append(people('家里人', h.members.map((m) => [m.name, m.relation_label || m.relation])));
  return view;
}

function head(h) {
  return el('div', { className: 'panel' },
    el('div', { className: 'head' },
      el('h3', {}, '我家'), h.status_label ? el('span', { className: 'chip' }, h.status_label) : null),
    el('p', {}, joined(h.unit, h.household_no && '户编号 ' + h.household_no)));
}

function aid(a) {
  const box = el('div', { className: 'panel' },
    el('h3', {}, a.year ? `${a.year} 年帮扶` : '帮扶'), el('p', { className: 'big' }, yuan(a.total_yuan)));
  for (const c of list(a.categories)) {
    box.append(el('ul', { className: 'rows' }, pair(c.label, yuan(c.yuan), 'cat')));
    const entries = list(c.entries).map((e) => pair(e.title, yuan(e.yuan), '', joined(e.paid_on, e.payer)));
    if (entries.length) box.append(el('ul', { className: 'rows sub' }, ...entries));
  }
  return box;
}

function pair(label, value, className, note) {
  return el('li', { className: className || '' },
    el('span', {}, label || '', note ? el('br') : null, note ? el('small', {}, note) : null),
    el('span', { className: 'num' }, value));
}

function visit(v) {
  const days = Number(v.days);
  const left = !Number.isFinite(days) ? '' : days > 0 ? `还有 ${days} 天` : days === 0 ? '就是今天' : `已过 ${-days} 天`;
  return el('div', { className: 'panel' },
    el('div', { className: 'head' }, el('h3', {}, '下次走访'), left ? el('span', { className: 'chip' }, left) : null),
    el('p', {}, v.date || ''));
}

function people(title, rows) {
  return el('div', { className: 'panel' }, el('h3', {}, title),
    el('ul', { className: 'rows' }, ...rows.map(([name, what]) => el('li', {}, el('span', {}, name || ''), el('small', {}, what || '')))));
}
