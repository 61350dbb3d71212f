// Seals and opens pushes with wechat-crypto. Each line of the input is a job {do, token, key, app, ...}; each
// line of the output is its result, or {error}.
import { createInterface } from 'node:readline';
import WXBizMsgCrypt from 'wechat-crypto';
import { open, seal } from './envelope.mjs';

const jobs = {
  open: (crypt, job) => open(crypt, job.body),
  seal: (crypt, job) => seal(crypt, job),
};

for await (const line of createInterface({ input: process.stdin })) {
  let result;
  try {
    const job = JSON.parse(line);
    result = jobs[job.do](new WXBizMsgCrypt(job.token, job.key, job.app), job);
  } catch (err) {
    result = { error: String(err) };
  }
  console.log(JSON.stringify(result));
}
