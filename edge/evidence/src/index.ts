/** Evidence that a client can check: canonical JSON, a hash chain over it, and its verification; photographs as they are kept. */
export { canonicalJson } from './canonical-json.ts';
export { type ChainVerdict, GENESIS, hashOf, hashOfJson, link, verifyChain } from './chain.ts';
export { exportCsv, exportIncident, ForeignLink, type IncidentExport } from './incident-export.ts';
export { type CleanedPhoto, cleanPhoto, PHOTO_BYTES, PHOTOS_EACH } from './photo-bytes.ts';
export { storyOf, type StoryLine } from './story.ts';
export { type ExportVerdict, verifyExport } from './verify-export.ts';
