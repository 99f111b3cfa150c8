/** What the edge says upward. The JSON Schemas in `../schema` are generated from here. */
export * from './vocabulary.ts';
export * from './instant.ts';
export * from './reading.ts';
export * from './registry.ts';
export * from './incident.ts';
export * from './batch.ts';
export * from './access.ts';
export * from './http.ts';
export * from './incident-view.ts';
export * from './adoption.ts';
export * from './credentials.ts';
