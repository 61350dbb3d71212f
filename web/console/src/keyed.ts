import { call, Problem } from './api/http'
import { newKey, useTask } from './task'

/** Whether an answer says for sure that nothing was done. Without one, or when the server broke down, it may have been. */
export const nothingDone = (e: unknown): boolean => e instanceof Problem && e.status >= 400 && e.status < 500 && e.code !== 'key_used'

/**
 * Something that is entered once, however often it is sent: the key stays while it is not known whether the last
 * sending arrived, and is a new one after an answer, good or bad.
 */
export function useKeyed() {
  let key = newKey()
  const { busy, trouble, run } = useTask()
  const send = <T>(path: string, body: object): Promise<T | undefined> => run(async () => {
    try {
      const answer = await call<T>('POST', path, { body: { client_key: key, ...body } })
      key = newKey()
      return answer
    } catch (e) {
      if (nothingDone(e)) key = newKey()
      throw e
    }
  })
  return { busy, trouble, send }
}
