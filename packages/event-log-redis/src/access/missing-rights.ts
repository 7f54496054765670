/** Collects rights that a user lacks and commands that Redis does not have. */
export class MissingRights {
  readonly #commands = new Set<string>();
  readonly #keys = new Set<string>();
  readonly #channels = new Set<string>();
  readonly #unknown = new Set<string>();

  /**
   * Notes an error of a command.
   * @param patterns patterns of the keys and channels that the command used.
   * @returns whether the error concerns a right or an unknown command.
   */
  note(
    error: Error,
    command: string,
    { keys = [], channels = [] }: { keys?: readonly string[]; channels?: readonly string[] } = {},
  ): boolean {
    const { message } = error;
    if (/unknown command|Unknown Redis command/.test(message)) {
      this.#unknown.add(command);
      return true;
    }
    if (!message.startsWith('NOPERM')) return false;
    if (/\bkeys?\b/.test(message)) for (const key of keys) this.#keys.add(key);
    else if (/\bchannels?\b/.test(message)) for (const one of channels) this.#channels.add(one);
    else this.#commands.add(command.toLowerCase());
    return true;
  }

  /** Commands that Redis does not have. */
  get unknownCommands(): readonly string[] {
    return [...this.#unknown].toSorted();
  }

  /** Whether no right is missing. Unknown commands do not count. */
  get isEmpty(): boolean {
    return this.#keys.size + this.#channels.size + this.#commands.size === 0;
  }

  /** The ACL command that grants what is missing. */
  grant(user: string): string {
    const rules = [
      ...[...this.#keys].toSorted().map((pattern) => `~${pattern}`),
      ...[...this.#channels].toSorted().map((pattern) => `&${pattern}`),
      ...[...this.#commands].toSorted().map((command) => `+${command}`),
    ];
    return `ACL SETUSER ${user} ${rules.join(' ')}`;
  }
}
