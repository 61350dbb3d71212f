// The list of people on the left, in three groups.
import { $, el } from './dom.js';

const groups = [['household', '家庭'], ['cadre', '干部'], ['stranger', '陌生人']];
let choosePerson = () => {};
let only = '';

export function initPeople(state, choose) {
  choosePerson = choose;
  $('search').addEventListener('input', () => paintPeople(state));
  $('groups').append(...groups.map(([group, title]) => {
    const button = el('button', { type: 'button', 'aria-pressed': 'false' }, title);
    button.addEventListener('click', () => {
      only = only === group ? '' : group;
      for (const b of $('groups').children) b.setAttribute('aria-pressed', String(b === button && only !== ''));
      paintPeople(state);
      $('people').scrollTop = 0;
    });
    return button;
  }));
}

export function paintPeople(state) {
  const wanted = $('search').value.trim().toLowerCase();
  const match = (u) => !wanted || (u.name + ' ' + u.note + ' ' + u.id).toLowerCase().includes(wanted);
  const focused = document.activeElement?.dataset?.id;
  const blocks = [];
  for (const [group, title] of groups) {
    const users = state.users.filter((u) => u.group === group && match(u));
    if (users.length === 0 || (only && only !== group)) continue;
    blocks.push(el('div', { className: 'group ' + group },
      el('h3', {}, `${title} ${users.length}`),
      el('ul', {}, ...users.map((u) => el('li', {}, row(u, state))))));
  }
  if (blocks.length === 0) blocks.push(el('p', { className: 'none' }, wanted || only ? '没有找到' : '还没有人'));
  $('people').replaceChildren(...blocks);
  // Painting again must not take the keyboard away from the row it was on.
  if (focused) document.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function row(user, state) {
  const unread = state.unread.get(user.id);
  const small = [user.note, user.following ? '' : '未关注'].filter(Boolean).join(' · ');
  const button = el('button', { type: 'button', className: 'person' },
    el('span', { className: 'avatar', 'aria-hidden': 'true' }, user.name.slice(-1) || '?'),
    el('span', { className: 'who' }, el('b', {}, user.name), el('small', {}, small || '已关注')),
    unread ? el('span', { className: 'badge', 'aria-label': unread + ' 条未读' }, String(unread)) : null);
  button.dataset.id = user.id;
  if (state.current?.id === user.id) button.setAttribute('aria-current', 'true');
  button.addEventListener('click', () => choosePerson(user));
  return button;
}
