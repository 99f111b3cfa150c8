import { flushCompileCache } from 'node:module';

/**
 * Half of a start is reading the code, so what this thread has compiled is kept for the next start. Each thread keeps
 * its own, and by itself at its end only, which who is killed never comes to.
 */
export function keepCompiled(inMs: number): void {
  setTimeout(flushCompileCache, inMs).unref();
}
