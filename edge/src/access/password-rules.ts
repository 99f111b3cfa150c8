/** Why a password is not taken; the page has a sentence for each. */
export const WEAKNESSES = ['too_short', 'too_common', 'like_your_name'] as const;
export type Weakness = (typeof WEAKNESSES)[number];

export const LEAST_CHARACTERS = 12;
/** So many characters must be left once everything that is guessed first is taken out. */
const LEAST_OWN = 6;

/** What people begin with when they must think of a password; the longest first. */
const GUESSED_FIRST = [
  '1q2w3e4r5t6y7u8i9o0p',
  'qwertyuiopasdfghjkl',
  '12345678901234567890',
  '1qaz2wsx3edc4rfv5tgb',
  'zxcvbnmasdfghjkl',
  'abcdefghijklmnop',
  '0987654321',
  '1234567890',
  'qwertyuiop',
  '1qaz2wsx3edc',
  '1q2w3e4r5t',
  'asdfghjkl',
  '123456789',
  'correcthorsebatterystaple',
  'administrator',
  'woaini1314',
  '5201314',
  'iloveyou',
  'password',
  'passw0rd',
  'p@ssw0rd',
  'p@ssword',
  'changeme',
  'keepsite',
  'facility',
  'elevator',
  'welcome',
  'letmein',
  'default',
  'zxcvbnm',
  'qwerty',
  'qwertz',
  'azerty',
  'abc123',
  'abcdef',
  'asdfgh',
  'monkey',
  'dragon',
  'woaini',
  'secret',
  '123456',
  '12345',
  'admin',
  'login',
  '1234',
];

/**
 * What is wrong with a password; null: nothing. As NIST SP 800-63B asks: long enough, not one that
 * is guessed first, and no rule about which characters it must hold. `names` are those of whom it is for.
 */
export function weaknessOf(password: string, names: readonly string[]): Weakness | null {
  const text = password.normalize('NFKC');
  if (Array.from(text).length < LEAST_CHARACTERS) return 'too_short';
  const said = text.toLowerCase().replaceAll(/[\s._-]/g, '');
  const own = without(
    said,
    names.flatMap((name) => name.toLowerCase().split(/[\s._-]+/)),
  );
  if (own !== said && new Set(own).size < LEAST_OWN) return 'like_your_name';
  const left = without(said, GUESSED_FIRST);
  return new Set(left).size < LEAST_OWN || isRepeated(said) ? 'too_common' : null;
}

function without(text: string, words: readonly string[]): string {
  return words.filter(({ length }) => length > 2).reduce((left, word) => left.replaceAll(word, ''), text);
}

/** `abcabcabcabc`: a short piece, over and over. */
function isRepeated(text: string): boolean {
  return /^(.{1,6})\1+$/su.test(text);
}
