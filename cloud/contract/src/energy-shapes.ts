import { z } from 'zod';

/** What something is called in addresses. */
export const Id = z.string().min(1).max(120);

/** A day of the client’s calendar, YYYY-MM-DD. */
export const Day = z.iso.date();

/** Text in both languages. */
export const Both = z.object({ en: z.string(), zh: z.string() });

/** Both ends included. */
export const Range = z.object({ low: z.number(), high: z.number() });

/** Null: not known. */
export const Figure = z.number().nullable();

/** Of a model, as its method calls it. */
export const Coefficient = z.object({ name: z.string(), value: Figure });
