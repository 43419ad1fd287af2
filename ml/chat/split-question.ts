/** Splits a message that asks two things: `비밀번호 관리자는 뭐가 좋고 공용 와이파이는 써도 되나요?`. */

const ASKS =
  /뭐|뭔|무엇|무슨|어떻게|어떡|어케|어디|어느|왜|언제|누구|몇|얼마|되나|돼요?|되는지|되니|될까|괜찮|까요|나요|가요|은지|는지|인지|좋[고은아]|알려|\?|\b(?:what|whats|how|should|is|are|can|could|do|does|did|which|where|why|who|when|would|will)\b/i;

/** Where a second question may begin. */
const JOINTS =
  /[?!]+\s*|\.\s+|\n+|,?\s{1,9}(?:and also|and|also|plus)\s{1,9}(?=(?:what|how|should|is|are|can|could|do|does|which|where|why|who|when|would|will)\b)|(?:그리고|또한)\s+|(?<=[가-힣]고)[,\s]+|,\s+/gi;

const MIN_LENGTH = 5;
const MAX_PARTS = 4;

/** The questions of a message that may be two, in order; one element when it can only be one. */
export function splitQuestion(message: string): string[] {
  const pieces = message
    .split(JOINTS)
    .map((piece) => piece?.trim() ?? '')
    .filter((piece) => piece.length >= MIN_LENGTH);
  if (pieces.length < 2 || pieces.length > MAX_PARTS) return [message];
  const questions = pieces.filter((piece) => ASKS.test(piece));
  return questions.length >= 2 ? questions : [message];
}
