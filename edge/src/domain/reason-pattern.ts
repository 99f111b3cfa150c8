const VARYING = /"[^"]*"|(?<!\w)'[^']*'(?!\w)|“[^”]*”|`[^`]*`|(?<!\w)[-+]?\d+(?:[.,:]\d+)*(?:e[-+]?\d+)?/gi;

/** A reason without what differs from message to message: its numbers and quoted words become `…`. */
export function reasonPattern(reason: string): string {
  return reason.replace(VARYING, '…').slice(0, 300);
}
