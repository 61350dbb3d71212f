// Draws a cadre's month of the back end: whom to visit, and what they see to.
import { el } from './dom.js';

const list = (v) => (Array.isArray(v) ? v : []);
const panel = (...children) => el('div', { className: 'panel' }, ...children);
const row = (left, note, right) => el('li', {},
  el('span', {}, left, note ? el('small', {}, note) : null), el('span', { className: 'num' }, right || ''));

export function month(m) {
  const view = document.createElement('div');
  view.append(visits(list(m.visits)));
  if (list(m.needs).length) view.append(needs(m.needs));
  return view;
}

function visits(owed) {
  const left = owed.filter((v) => !v.visit_id).length;
  const box = panel(el('div', { className: 'head' },
    el('h3', {}, '本月走访'), el('span', { className: 'chip' }, left > 0 ? `还有 ${left} 户` : '都走完了')));
  if (owed.length === 0) box.append(el('p', {}, '本月没有要走访的户。'));
  else box.append(el('ul', { className: 'rows' }, ...owed.map((v) => row('户编号 ' + v.household_no, toTell(v), v.state_label))));
  return box;
}

const toTell = (v) => (list(v.to_tell).length ? `要当面告诉：${v.to_tell.map((t) => t.text).join('；')}` : '');

function needs(all) {
  return panel(el('h3', {}, '我经办的难事'),
    el('ul', { className: 'rows' }, ...all.map((n) => row(n.text, `${n.kind}，${n.due_on} 前`, n.state_label))));
}
