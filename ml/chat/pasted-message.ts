/** Tells a message that somebody got and pasted from a question of their own. */

/** Fewer characters say nothing that can be judged. */
const MIN_LENGTH = 25;
/** What carriers and senders put before the text of a message. */
const SENDER_MARK = /\[(?:web|국외|국제)\s?발신\]|\(광고\)|^\s*[[【<][^\]】>\n]{2,20}[\]】>]\s*\S/i;
/** A message that is announced and then quoted: `이런 문자가 왔어요: …`. */
const ANNOUNCED =
  /(?:문자|메시지|메세지|카톡|톡|메일|\b(?:text|texts|message|sms|e-?mail)\b)[^\n:："“「'‘]{0,40}[\n:："“「'‘]\s*(\S.*)/is;

/** Whether a message to the chatbot holds another message, which is judged as a whole. */
export function isPastedMessage(text: string): boolean {
  if (SENDER_MARK.test(text)) return text.trim().length >= MIN_LENGTH;
  return (ANNOUNCED.exec(text)?.[1]?.length ?? 0) >= MIN_LENGTH;
}
