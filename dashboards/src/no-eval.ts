import { config } from 'zod/v4';

/*
 * Stands in for `zod` wherever the page imports it (see vite.config.ts). The page's policy forbids what Zod would try
 * first, a function made of text, and browsers report even the attempt; it tries when the first schema is made, so this
 * has to be said before there is one, in whatever order the bundle puts the modules.
 */
config({ jitless: true });

export * from 'zod/v4';
