/** Whom a robot calls by name in its group. */
export type Mention =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'all' }
  | { readonly kind: 'mobile'; readonly mobile: string }
  | { readonly kind: 'user'; readonly id: string };

/**
 * What an address of a robot's channel means: `-` nobody, `@all` everybody, digits a mobile number
 * (the country code of China is left out, as robots want it), anything else the person's user id.
 */
export function mentionOf(address: string): Mention {
  const text = address.trim();
  if (text === '-') return { kind: 'nobody' };
  if (/^@?all$/i.test(text)) return { kind: 'all' };
  const digits = text.replaceAll(/[\s-]/g, '');
  if (/^\+?\d{6,15}$/.test(digits)) return { kind: 'mobile', mobile: digits.replace(/^\+86(?=\d{11}$)/, '') };
  return { kind: 'user', id: text.replace(/^@/, '') };
}
