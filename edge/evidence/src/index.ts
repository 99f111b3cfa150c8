/** Evidence that a client can check: canonical JSON, a hash chain over it, and its verification. */
export { canonicalJson } from './canonical-json.ts';
export { type ChainVerdict, GENESIS, hashOf, link, verifyChain } from './chain.ts';
