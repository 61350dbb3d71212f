// Small helpers for building the page. Text always goes in as text, never as markup.

export const $ = (id) => document.getElementById(id);

// el makes an element from a tag, properties and children.
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('aria-') || name === 'role') node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== ''));
  return node;
}

const zone = 'Asia/Shanghai';
const parts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone };
const hm = new Intl.DateTimeFormat('zh-CN', parts);
const hms = new Intl.DateTimeFormat('zh-CN', { ...parts, second: '2-digit' });
const day = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, month: 'long', day: 'numeric' });
const full = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' });

export const time = (t) => hm.format(t);
export const timeWithSeconds = (t) => hms.format(t);
export const dayOf = (t) => day.format(t);
export const fullDay = (t) => full.format(t);

// api calls the simulator's control API; a refusal becomes an Error with its reason.
export async function api(path, body) {
  const init = body === undefined ? {} : {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  };
  let answer;
  try {
    answer = await fetch('/sim/' + path, init);
  } catch {
    throw new Error('连不上模拟器');
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(inChinese(data.error || '') || '模拟器拒绝了这个操作');
  return data;
}

// The control API speaks English to tests; people read Chinese.
function inChinese(error) {
  const known = [
    ['already following', '已经关注了'], ['not following', '还没有关注公众号'],
    ['QR code has expired', '这个二维码已过期'], ['cannot be reached', '连不上后台，请确认它正在运行'],
    ['no callback URL', '没有设置后台的回调地址'], ["back end's address", '没有设置后台地址'],
    ['broke off', '后台的回答中断了'], ['turns forward', '时钟只能往前走'], ['simulator is closed', '模拟器正在关闭'],
  ];
  const hit = known.find(([english]) => error.includes(english));
  return hit ? hit[1] : '';
}
