/**
 * How Node is started for an edge, because V8 reads this before any code of ours runs. The container's command names
 * the same. What each is for, in trials with 10,000 devices:
 * - Room for what messages leave behind, in MB (a quarter of V8's own choice): 376 MB at most with 8 instead of 425,
 *   and later, when less lived, 260 with 4 instead of 280; a message cost no more.
 * - Threads that help to clear it up: four, as Node has them, stand in each other's way on the two cores of a small
 *   gateway.
 * - What a message makes begins among the new. Left to itself V8 sees that readings live until their commit, and puts
 *   them among the old, where only a whole collection finds them: 469 MB at most after 240,000 messages instead of 458,
 *   and 442 instead of 352 after 60,000.
 * - The old may grow by so many percent before they are looked through: 341 MB at most with 30 instead of 458, and
 *   later, when less lived and less became old, 243 with 20 instead of 248, and V8's helpers still had less to do than
 *   before at 30.
 * - What it no longer holds it gives back after a second instead of eight: 245 MB at most instead of 262, because
 *   the looking through that follows upon a checkpoint leaves much free at once.
 */
export const EDGE_NODE_FLAGS = [
  '--max-semi-space-size=4',
  '--v8-pool-size=2',
  '--no-allocation-site-pretenuring',
  '--heap-growing-percent=20',
  '--memory-pool-timeout=1',
] as const;

/**
 * What its environment holds too, in trials with 10,000 devices; a library other than glibc does not read it:
 * - The C library has an arena for each of up to sixteen threads, and what is free in one is of no use to another:
 *   330 MB became 294, and a message cost no more.
 * - Pieces of 128 kB and more are given back when they are freed. Left to itself it keeps ever larger ones once it has
 *   seen one: what it held lay between 37 and 47 MB, and lies between 35 and 36.
 */
export const EDGE_ENVIRONMENT = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' } as const;

/**
 * For the threads that an edge starts, before it starts them: what a message leaves behind with the broker is forgotten
 * at once, and room for it would stay taken. 341 MB became 315, and a message cost no more.
 */
export const THREAD_FLAG = '--max-semi-space-size=2';
