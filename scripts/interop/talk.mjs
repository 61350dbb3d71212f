// Plays WeChat in safe mode against a whole Bangfu at BASE: checks its callback address, sends it a text
// and reads its answer. Prints one line of JSON a step.
import WXBizMsgCrypt from 'wechat-crypto';
import { element, open, seal } from './envelope.mjs';

const { BASE, TOKEN, KEY, APP_ID, OPEN_ID, TEXT, TIMESTAMP } = process.env;
const crypt = new WXBizMsgCrypt(TOKEN, KEY, APP_ID);
const callback = `${BASE}/wechat/oa`;

const print = (step, result) => console.log(JSON.stringify({ step, ...result }));

const signature = crypt.getSignature(TIMESTAMP, 'n1', '');
const query = new URLSearchParams({ signature, timestamp: TIMESTAMP, nonce: 'n1', echostr: '5837446' });
const echo = await fetch(`${callback}?${query}`);
print('address', { status: echo.status, text: await echo.text() });

const message = `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[${OPEN_ID}]]></FromUserName>`
  + `<CreateTime>${TIMESTAMP}</CreateTime><MsgType><![CDATA[text]]></MsgType>`
  + `<Content><![CDATA[${TEXT}]]></Content><MsgId>7001</MsgId></xml>`;
const push = seal(crypt, { message, to: 'gh_1', timestamp: TIMESTAMP, nonce: 'n2' });
const headers = { 'Content-Type': 'text/xml' };

const forged = await fetch(`${callback}?${push.query.slice(0, -4)}0000`, { method: 'POST', headers, body: push.body });
print('forged', { status: forged.status, text: '' });

const answer = await fetch(`${callback}?${push.query}`, { method: 'POST', headers, body: push.body });
const body = await answer.text();
if (answer.status !== 200) {
  print('answer', { status: answer.status, text: body });
} else {
  const { message: reply, id } = open(crypt, body);
  print('answer', {
    status: answer.status, app: id, to: element(reply, 'ToUserName'), from: element(reply, 'FromUserName'),
    type: element(reply, 'MsgType'), text: element(reply, 'Content'),
  });
}
