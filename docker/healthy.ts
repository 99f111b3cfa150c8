// The health check of a container: exit code 0 when the URL answers with 2xx.
const url = process.argv[2] ?? 'http://127.0.0.1:7070/readyz';
const response = await fetch(url, { signal: AbortSignal.timeout(2_500) }).catch(() => null);
process.exitCode = response?.ok ? 0 : 1;
