/** What the simulators cannot go on from; `code` is stable, the message tells the person what to do. */
export class SimulatorError extends Error {
  readonly code: 'SIM_BAD_INPUT' | 'SIM_UNREACHABLE' | 'SIM_REFUSED';
  /** The HTTP status of a server that refused; null otherwise. */
  readonly status: number | null;

  constructor(
    code: SimulatorError['code'],
    message: string,
    options: ErrorOptions & { readonly status?: number } = {},
  ) {
    super(message, options);
    this.name = 'SimulatorError';
    this.code = code;
    this.status = options.status ?? null;
  }
}
