// Calls the WeChat API at BASE with co-wechat-api, as any back end written with it would. Prints one line
// of JSON a step: its name, the errcode (0: accepted) and the answer. PEOPLE are openids by name.
import API from 'co-wechat-api';

const base = process.env.BASE;
const people = JSON.parse(process.env.PEOPLE);

function client(appID, secret) {
  const api = new API(appID, secret);
  api.prefix = api.mpPrefix = api.fileServerPrefix = `${base}/cgi-bin/`;
  api.snsPrefix = `${base}/sns/`;
  api.wxaPrefix = `${base}/wxa/`;
  return api;
}

async function step(name, call) {
  const line = { step: name, errcode: 0 };
  try {
    line.answer = await call();
  } catch (err) {
    if (err.code === undefined) throw err; // not WeChat's refusal but a client or an answer that broke
    line.errcode = Number(err.code);
    line.errmsg = err.message;
  }
  console.log(JSON.stringify(line));
  return line.answer ?? {};
}

const oa = client(process.env.OA_ID, process.env.OA_SECRET);

await step('token', () => oa.getAccessToken());
await oa.saveToken({ accessToken: '88_'.padEnd(136, 'x'), expireTime: Date.now() + 3600e3 });
await step('renewed token', () => oa.getFollowers()); // the client asks for another when it reads 40001
await step('wrong secret', () => client(process.env.OA_ID, 'wrong').getAccessToken());
await step('callback addresses', () => oa.getIp());
await step('person', () => oa.getUser({ openid: people.wang, lang: 'zh_CN' }));

await step('no menu', () => oa.getMenu());
await step('menu create', () => oa.createMenu({
  button: [
    { type: 'click', name: '我家', key: 'home' },
    { name: '更多', sub_button: [{ type: 'view', name: '说明', url: 'https://example.org/a?b=1&c=2' }] },
  ],
}));
await step('menu get', () => oa.getMenu());

const { tag = {} } = await step('tag create', () => oa.createTags('帮扶干部'));
await step('tag twice', () => oa.createTags('帮扶干部'));
await step('tag members', () => oa.batchTagging([people.wang, people.li], tag.id));
await step('tags of a person', () => oa.getIdList(people.wang));
await step('tags', () => oa.getTags());
await step('people of a tag', () => oa.getUsersFromTag(tag.id));
await step('tag member off', () => oa.batchUnTagging([people.li], tag.id));
await step('tags of another', () => oa.getIdList(people.li));

const conditional = await step('conditional menu', () => oa.addConditionalMenu({
  button: [{ type: 'click', name: '我的户', key: 'households' }],
  matchrule: { tag_id: String(tag.id) },
}));
await step('menu of a tagged person', () => oa.tryConditionalMenu(people.wang));
await step('menu of another', () => oa.tryConditionalMenu(people.li));
await step('conditional menu delete', () => oa.delConditionalMenu(String(conditional.menuid)));
await step('menu delete', () => oa.removeMenu());
await step('menu gone', () => oa.getMenu());

await step('customer text', () => oa.sendText(people.wang, '您好"<&>\n王秀英'));
await step('customer text to the silent', () => oa.sendText(people.li, '您好'));
await step('customer text to a stranger', () => oa.sendText('nobody', '您好'));

const data = { thing1: { value: '低保金' } };
await step('template', () => oa.sendTemplate(people.wang, 'T1', 'https://example.org/', '', data));
await step('template to the silent', () => oa.sendTemplate(people.li, 'T1', '', '', data));
await step('unknown template', () => oa.sendTemplate(people.wang, 'T9', '', '', data));
await step('template to a stranger', () => oa.sendTemplate('nobody', 'T1', '', '', data));

await step('mass to a tag', () => oa.massSendText('致帮扶干部', tag.id, 'interop-1'));
await step('mass to a list', () => oa.massSendText('致两人', [people.wang, people.li], 'interop-2'));
await step('mass to one', () => oa.massSendText('致一人', [people.wang], 'interop-3'));

await step('QR code', () => oa.createTmpQRCode('household:H-001', 600));

const mp = client(process.env.MP_ID, process.env.MP_SECRET);
await step('mini-program session', () => mp.code2Session(process.env.LOGIN_CODE));
await step('mini-program session twice', () => mp.code2Session(process.env.LOGIN_CODE));
