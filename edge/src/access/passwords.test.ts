import { createThrottle, neighbourhoodOf } from '@keepsite/edge-contract';
import { argon2Sync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { weaknessOf } from './password-rules.ts';
import { createPasswords } from './passwords.ts';
import { codeDigestOf, newCode } from './secrets.ts';

describe('passwords', () => {
  test('are kept as argon2id of 19 MiB, two passes, one lane, which anybody can compute again', async () => {
    const text = await createPasswords().hash('vier Stühle am Fenster');
    const [, kind, version, cost, salt = '', key] = text.split('$');
    expect([kind, version, cost]).toEqual(['argon2id', 'v=19', 'm=19456,t=2,p=1']);
    const nonce = Buffer.from(salt, 'base64url');
    const again = {
      message: 'vier Stühle am Fenster',
      nonce,
      memory: 19_456,
      passes: 2,
      parallelism: 1,
      tagLength: 32,
    };
    expect(argon2Sync('argon2id', again).toString('base64url')).toBe(key);
  });

  test('the right one is right, any other is wrong, and the same one is never kept alike', async () => {
    const passwords = createPasswords();
    const [one, two] = [await passwords.hash('drei Äpfel'), await passwords.hash('drei Äpfel')];
    expect(one).not.toBe(two);
    expect(await passwords.verify('drei A\u0308pfel', one)).toBe(true);
    expect(await passwords.verify('drei Apfel', one)).toBe(false);
    expect(await passwords.verify('drei Äpfel', null)).toBe(false);
    expect(await passwords.verify('drei Äpfel', 'no hash at all')).toBe(false);
  });

  test('one of a lower cost is still understood', async () => {
    const costs: number[] = [];
    const passwords = createPasswords((_, salt, { memory }) => (costs.push(memory), Promise.resolve(salt)));
    const salt = Buffer.from('salt').toString('base64url');
    expect(await passwords.verify('x', `$argon2id$v=19$m=1024,t=1,p=1$${salt}$${salt}`)).toBe(true);
    expect(costs).toEqual([1024]);
  });

  test('a storm takes turns by two, and whoever comes too late is told so', async () => {
    let [busy, most] = [0, 0];
    const waiting: (() => void)[] = [];
    const passwords = createPasswords(async (_, salt) => {
      most = Math.max(most, (busy += 1));
      await new Promise<void>((resolve) => waiting.push(resolve));
      busy -= 1;
      return salt;
    });
    const storm = Array.from({ length: 100 }, () =>
      passwords.verify('x', null).then(
        () => 'judged',
        (error: { code: string }) => error.code,
      ),
    );
    const all = Promise.all(storm);
    for (let judged = 0; judged < 66; judged += 1) {
      while (waiting.length === 0) await Promise.resolve();
      waiting.shift()?.();
    }
    const said = await all;
    expect(most).toBe(2);
    expect(Object.groupBy(said, (it) => it)).toMatchObject({ judged: { length: 66 }, TOO_BUSY: { length: 34 } });
  });

  test.each([
    ['eleven chars', 'elf Zeichen', 'too_short'],
    ['a common word with digits', 'Password12345', 'too_common'],
    ['a walk over the keyboard', 'qwertyuiop12', 'too_common'],
    ['the same again and again', 'abc7abc7abc7', 'too_common'],
    ['one character', 'aaaaaaaaaaaaaaa', 'too_common'],
    ['love in Chinese digits', 'woaini1314520', 'too_common'],
    ['the product', 'keepsite-keepsite', 'too_common'],
    ['the name', 'wang.wei-2468', 'like_your_name'],
    ['four words', 'vier Stühle am Fenster', null],
    ['a Chinese sentence', '门口那两棵枣树又开花了吗', null],
    ['random letters', 'kD3vQz81mXpa', null],
  ])('%s: %s is %s', (_, password, weakness) => {
    expect(weaknessOf(password, ['wang', 'Wang Wei'])).toBe(weakness);
  });
});

describe('codes', () => {
  test('are a hundred bits, and typing them in another way changes nothing', () => {
    const codes = Array.from({ length: 200 }, newCode);
    expect(new Set(codes).size).toBe(200);
    for (const code of codes) {
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$/);
      expect(codeDigestOf(` ${code.toLowerCase().replaceAll('-', '')} `)).toBe(codeDigestOf(code));
    }
  });
});

describe('the throttle', () => {
  const LIMITS = { free: 3, firstMs: 1_000, mostMs: 8_000, forgetMs: 60_000 };

  test('doubles the wait up to its most, and forgets after a quiet while', () => {
    const throttle = createThrottle(LIMITS);
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const wait = throttle.wait('key', now);
      waits.push(wait);
      now += wait;
      throttle.tried('key', now);
    }
    expect(waits).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(throttle.wait('key', now + 60_000)).toBe(0);
    expect(throttle.wait('another', now)).toBe(0);
  });

  test('nobody is ever kept waiting longer than its most', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20_000 }), { maxLength: 100 }), (pauses) => {
        const throttle = createThrottle(LIMITS);
        let now = 0;
        for (const pause of pauses) {
          throttle.tried('key', (now += pause));
          expect(throttle.wait('key', now)).toBeLessThanOrEqual(8_000);
        }
      }),
    );
  });

  test('remembers no more than it can hold', () => {
    const throttle = createThrottle({ ...LIMITS, free: 1 });
    throttle.tried('first', 0);
    for (let i = 0; i < 10_000; i += 1) throttle.tried(`key-${i}`, 0);
    expect([throttle.wait('first', 0), throttle.wait('key-9999', 0)]).toEqual([0, 1_000]);
  });

  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', (address, line) => {
    expect(neighbourhoodOf(address)).toBe(line);
  });
});
