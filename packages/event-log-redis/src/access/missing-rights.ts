/** What a user is not allowed, or Redis does not have; gathered until all is known. */
export class MissingRights {
  readonly #commands = new Set<string>();
  readonly #keys = new Set<string>();
  readonly #channels = new Set<string>();
  readonly #unknown = new Set<string>();

  /**
   * Notes what an error says about a command.
   * @param patterns of the keys and channels that it was given for.
   * @returns whether it is about a right or an unknown command.
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

  /** Commands that Redis does not know by their names. */
  get unknownCommands(): readonly string[] {
    return [...this.#unknown].toSorted();
  }

  /** Whether no right is missing; a command that Redis does not know is none. */
  get isEmpty(): boolean {
    return this.#keys.size + this.#channels.size + this.#commands.size === 0;
  }

  /** What an administrator has to give. */
  grant(user: string): string {
    const rules = [
      ...[...this.#keys].toSorted().map((pattern) => `~${pattern}`),
      ...[...this.#channels].toSorted().map((pattern) => `&${pattern}`),
      ...[...this.#commands].toSorted().map((command) => `+${command}`),
    ];
    return `ACL SETUSER ${user} ${rules.join(' ')}`;
  }
}
