// Starts the page: follows the live feed, and reads the whole state whenever the feed opens.
import { $, api } from './dom.js';
import { initChat, readMenu, receive, repaintChat, say, showChatOf } from './chat.js';
import { initMini, showMiniOf } from './mini.js';
import { initPeople, paintPeople } from './people.js';
import { addCall, initSide, setClock, showCalls, showTips } from './side.js';

const state = { users: [], current: null, unread: new Map() };

function choose(user) {
  state.current = user;
  state.unread.delete(user.id);
  history.replaceState(null, '', '#' + new URLSearchParams({ user: user.id }));
  $('phone-owner').textContent = user.name + ' 的手机';
  paintPeople(state);
  showChatOf(user);
  showMiniOf(user);
}

function updateUser(user) {
  const at = state.users.findIndex((u) => u.id === user.id);
  if (at < 0) state.users.push(user);
  else state.users[at] = user;
  if (state.current?.id === user.id) {
    state.current = user;
    repaintChat(user);
  }
  paintPeople(state);
}

function onMessage({ user, message }) {
  if (state.current?.id === user) {
    receive(message);
    return;
  }
  if (message.from === 'account') state.unread.set(user, (state.unread.get(user) || 0) + 1);
  paintPeople(state);
}

async function loadAll() {
  const [info, users, calls, clock] = await Promise.all(
    ['info', 'users', 'calls', 'clock'].map((path) => api(path)));
  state.users = users.users;
  state.unread.clear();
  showTips(info.tips, (text) => {
    $('tab-chat').click();
    say(text);
  });
  showCalls(calls.calls);
  setClock(clock);
  const wanted = new URLSearchParams(location.hash.slice(1)).get('user');
  const keep = state.users.find((u) => u.id === (state.current?.id || wanted)) || state.users[0];
  if (!keep) {
    paintPeople(state);
    return;
  }
  choose(keep);
  $('people').querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
}

function live() {
  const feed = new EventSource('/sim/events');
  const on = (name, fn) => feed.addEventListener(name, (e) => fn(JSON.parse(e.data)));
  feed.onmessage = (e) => onMessage(JSON.parse(e.data));
  on('user', updateUser);
  on('menu', readMenu);
  on('call', addCall);
  on('clock', setClock);
  on('reset', load);
  // Read after the feed is open, each time it opens: nothing can fall between the two.
  feed.onopen = load;
  feed.onerror = showDown;
}

const load = () => loadAll().then(showUp, showDown);

function showUp() {
  $('link').textContent = '';
}

function showDown() {
  $('link').textContent = '与模拟器的连接断了，正在重连';
  $('link').className = 'link down';
}

function initTabs() {
  const tabs = [$('tab-chat'), $('tab-mini')];
  const select = (tab) => tabs.forEach((t) => {
    const on = t === tab;
    t.setAttribute('aria-selected', String(on));
    t.tabIndex = on ? 0 : -1;
    $(t.getAttribute('aria-controls')).hidden = !on;
  });
  tabs.forEach((tab, i) => {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', (e) => {
      if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
      const other = tabs[1 - i];
      select(other);
      other.focus();
    });
  });
}

initTabs();
initPeople(state, (user) => {
  choose(user);
  // On a narrow screen the phone is below the list.
  $('phone').scrollIntoView({ block: 'nearest' });
});
initChat();
initMini();
initSide();
live();
