// Written by test/write-message-shapes.ts from the schemas. Do not edit.

import type { Shape } from './decode-shape.ts';

export const eventShapes = {
  'workflow:started': {
    object: {
      workflow: 'string',
      title: 'string',
      target: 'string',
      budget: {
        optional: {
          object: {
            usd: { optional: { number: { above: 0 } } },
            tokens: { optional: { number: { above: 0 } } },
          },
        },
      },
    },
  },
  'workflow:running': {
    object: {
      attempt: { number: { isInteger: true, above: 0 } },
      maxAttempts: { number: { isInteger: true, above: 0 } },
    },
  },
  'workflow:paused': { object: { by: { optional: 'string' } } },
  'workflow:resumed': { object: { by: { optional: 'string' } } },
  'workflow:retrying': {
    object: {
      attempt: { number: { isInteger: true, above: 0 } },
      maxAttempts: { number: { isInteger: true, above: 0 } },
      inMs: { number: { min: 0 } },
      reason: { object: { code: 'code', message: 'string' } },
    },
  },
  'workflow:completed': {
    object: {
      durationMs: { number: { min: 0 } },
      usage: {
        nullable: {
          object: {
            inputTokens: { number: { isInteger: true, min: 0 } },
            outputTokens: { number: { isInteger: true, min: 0 } },
            totalTokens: { number: { isInteger: true, min: 0 } },
          },
        },
      },
      cost: { nullable: { number: { min: 0 } } },
      result: 'json',
    },
  },
  'workflow:failed': {
    object: {
      durationMs: { number: { min: 0 } },
      usage: {
        optional: {
          nullable: {
            object: {
              inputTokens: { number: { isInteger: true, min: 0 } },
              outputTokens: { number: { isInteger: true, min: 0 } },
              totalTokens: { number: { isInteger: true, min: 0 } },
            },
          },
        },
      },
      cost: { optional: { nullable: { number: { min: 0 } } } },
      error: { object: { code: 'code', message: 'string' } },
    },
  },
  'workflow:cancelled': {
    object: {
      durationMs: { number: { min: 0 } },
      usage: {
        optional: {
          nullable: {
            object: {
              inputTokens: { number: { isInteger: true, min: 0 } },
              outputTokens: { number: { isInteger: true, min: 0 } },
              totalTokens: { number: { isInteger: true, min: 0 } },
            },
          },
        },
      },
      cost: { optional: { nullable: { number: { min: 0 } } } },
      by: { optional: 'string' },
      reason: { optional: 'string' },
    },
  },
  status: {
    object: {
      stage: 'string',
      message: 'string',
      progress: { optional: { number: { min: 0, max: 1 } } },
      subject: { optional: { object: { title: 'string', url: { optional: 'url' } } } },
    },
  },
  'step:started': { object: { step: 'string' } },
  'step:completed': { object: { step: 'string', durationMs: { number: { min: 0 } } } },
  'log:created': {
    object: {
      level: { oneOf: ['debug', 'info', 'warn', 'error'] },
      message: 'string',
      agentId: { optional: 'string' },
      fields: { optional: { record: 'json' } },
    },
  },
  token: {
    object: {
      part: 'string',
      content: 'string',
      isComplete: 'boolean',
      metadata: {
        optional: {
          object: {
            finishReason: { optional: 'string' },
            usage: {
              optional: {
                object: {
                  inputTokens: { number: { isInteger: true, min: 0 } },
                  outputTokens: { number: { isInteger: true, min: 0 } },
                  totalTokens: { number: { isInteger: true, min: 0 } },
                },
              },
            },
          },
        },
      },
    },
  },
  'tool:called': {
    object: {
      callId: 'string',
      name: 'string',
      agentId: { optional: 'string' },
      arguments: 'json',
    },
  },
  'tool:returned': {
    object: {
      callId: 'string',
      name: 'string',
      agentId: { optional: 'string' },
      ok: 'boolean',
      summary: 'string',
      output: 'string',
      truncated: 'boolean',
      durationMs: { number: { min: 0 } },
    },
  },
  'agent:started': {
    object: { agentId: 'string', name: 'string', role: 'string', model: { optional: 'string' } },
  },
  'agent:progress': {
    object: {
      agentId: 'string',
      message: { optional: 'string' },
      step: { optional: { number: { isInteger: true, min: 0 } } },
      steps: { optional: { number: { isInteger: true, above: 0 } } },
      iteration: { optional: { number: { isInteger: true, above: 0 } } },
      progress: { optional: { number: { min: 0, max: 1 } } },
      usage: {
        optional: {
          object: {
            inputTokens: { number: { isInteger: true, min: 0 } },
            outputTokens: { number: { isInteger: true, min: 0 } },
            totalTokens: { number: { isInteger: true, min: 0 } },
          },
        },
      },
      cost: { optional: { nullable: { number: { min: 0 } } } },
    },
  },
  'agent:completed': {
    object: {
      agentId: 'string',
      durationMs: { number: { min: 0 } },
      usage: {
        nullable: {
          object: {
            inputTokens: { number: { isInteger: true, min: 0 } },
            outputTokens: { number: { isInteger: true, min: 0 } },
            totalTokens: { number: { isInteger: true, min: 0 } },
          },
        },
      },
      cost: { nullable: { number: { min: 0 } } },
      summary: { optional: 'string' },
    },
  },
  'agent:failed': {
    object: {
      agentId: 'string',
      durationMs: { number: { min: 0 } },
      error: { object: { code: 'code', message: 'string' } },
    },
  },
  'budget:warning': {
    object: {
      unit: { oneOf: ['usd', 'tokens'] },
      spent: { number: { min: 0 } },
      limit: { number: { above: 0 } },
      isAtLeast: { optional: 'boolean' },
    },
  },
  'budget:exceeded': {
    object: {
      unit: { oneOf: ['usd', 'tokens'] },
      spent: { number: { min: 0 } },
      limit: { number: { above: 0 } },
      isAtLeast: { optional: 'boolean' },
    },
  },
} as const satisfies Readonly<Record<string, Shape>>;

export const messageShapes = {
  envelope: {
    object: {
      timestamp: 'time',
      metadata: {
        optional: {
          object: {
            attempt: { optional: { number: { isInteger: true, above: 0 } } },
            step: { optional: 'string' },
            spent: {
              optional: {
                object: {
                  usage: {
                    nullable: {
                      object: {
                        inputTokens: { number: { isInteger: true, min: 0 } },
                        outputTokens: { number: { isInteger: true, min: 0 } },
                        totalTokens: { number: { isInteger: true, min: 0 } },
                      },
                    },
                  },
                  cost: { nullable: { number: { min: 0 } } },
                },
              },
            },
          },
        },
      },
    },
  },
  reset: {
    object: {
      type: { oneOf: ['reset'] },
      data: {
        object: {
          reason: { oneOf: ['trimmed', 'ahead', 'other_incarnation'] },
          snapshot: {
            object: {
              workflowId: 'string',
              cursor: { nullable: 'eventId' },
              status: {
                oneOf: [
                  'queued',
                  'running',
                  'paused',
                  'retrying',
                  'completed',
                  'failed',
                  'cancelled',
                ],
              },
              workflow: 'string',
              title: 'string',
              target: 'string',
              url: { nullable: 'string' },
              attempt: { number: { isInteger: true, min: 0 } },
              maxAttempts: { number: { isInteger: true, min: 0 } },
              retry: {
                nullable: {
                  object: { at: 'time', reason: { object: { code: 'code', message: 'string' } } },
                },
              },
              statuses: {
                array: {
                  object: {
                    id: 'eventId',
                    at: 'time',
                    stage: 'string',
                    message: 'string',
                    progress: { optional: { number: {} } },
                  },
                },
              },
              parts: {
                array: {
                  object: {
                    part: 'string',
                    text: 'string',
                    isComplete: 'boolean',
                    step: { optional: 'string' },
                  },
                },
              },
              steps: {
                array: {
                  object: {
                    step: 'string',
                    status: { oneOf: ['running', 'completed', 'failed'] },
                    startedAt: 'time',
                    durationMs: { nullable: { number: {} } },
                  },
                },
              },
              tools: {
                array: {
                  object: {
                    callId: 'string',
                    name: 'string',
                    agentId: { optional: 'string' },
                    arguments: 'json',
                    status: { oneOf: ['running', 'ok', 'failed'] },
                    summary: 'string',
                    output: 'string',
                    truncated: 'boolean',
                    startedAt: 'time',
                    durationMs: { nullable: { number: {} } },
                    step: { optional: 'string' },
                  },
                },
              },
              agents: {
                array: {
                  object: {
                    agentId: 'string',
                    name: 'string',
                    role: 'string',
                    model: { optional: 'string' },
                    status: { oneOf: ['running', 'completed', 'failed'] },
                    message: 'string',
                    step: { nullable: { number: { isInteger: true } } },
                    steps: { nullable: { number: { isInteger: true } } },
                    iteration: { nullable: { number: { isInteger: true } } },
                    progress: { nullable: { number: {} } },
                    startedAt: 'time',
                    durationMs: { nullable: { number: {} } },
                    usage: {
                      nullable: {
                        object: {
                          inputTokens: { number: { isInteger: true, min: 0 } },
                          outputTokens: { number: { isInteger: true, min: 0 } },
                          totalTokens: { number: { isInteger: true, min: 0 } },
                        },
                      },
                    },
                    cost: { nullable: { number: { min: 0 } } },
                    error: { nullable: { object: { code: 'code', message: 'string' } } },
                    inStep: { optional: 'string' },
                  },
                },
              },
              logs: {
                array: {
                  object: {
                    id: 'eventId',
                    at: 'time',
                    level: { oneOf: ['debug', 'info', 'warn', 'error'] },
                    message: 'string',
                    agentId: { optional: 'string' },
                  },
                },
              },
              custom: {
                default: {},
                of: {
                  record: {
                    object: {
                      count: { number: { isInteger: true, above: 0 } },
                      last: {
                        object: { id: 'eventId', at: 'time', data: 'json', isLeftOut: 'boolean' },
                      },
                    },
                  },
                },
              },
              state: { default: null, of: 'json' },
              stateError: {
                default: null,
                of: {
                  nullable: {
                    object: {
                      code: { oneOf: ['reducer_failed', 'state_too_large'] },
                      message: 'string',
                      id: 'eventId',
                    },
                  },
                },
              },
              fold: {
                default: { custom: { kept: {}, steps: {} }, state: null },
                of: {
                  object: {
                    custom: {
                      object: {
                        kept: {
                          record: {
                            object: {
                              count: { number: { isInteger: true, above: 0 } },
                              last: {
                                object: {
                                  id: 'eventId',
                                  at: 'time',
                                  data: 'json',
                                  isLeftOut: 'boolean',
                                },
                              },
                            },
                          },
                        },
                        steps: {
                          record: {
                            record: {
                              object: {
                                count: { number: { isInteger: true, above: 0 } },
                                last: {
                                  object: {
                                    id: 'eventId',
                                    at: 'time',
                                    data: 'json',
                                    isLeftOut: 'boolean',
                                  },
                                },
                              },
                            },
                          },
                        },
                      },
                    },
                    state: {
                      nullable: {
                        object: {
                          kept: {
                            object: {
                              value: 'json',
                              error: {
                                nullable: {
                                  object: {
                                    code: { oneOf: ['reducer_failed', 'state_too_large'] },
                                    message: 'string',
                                    id: 'eventId',
                                  },
                                },
                              },
                            },
                          },
                          step: {
                            nullable: {
                              object: {
                                name: 'string',
                                state: {
                                  object: {
                                    value: 'json',
                                    error: {
                                      nullable: {
                                        object: {
                                          code: { oneOf: ['reducer_failed', 'state_too_large'] },
                                          message: 'string',
                                          id: 'eventId',
                                        },
                                      },
                                    },
                                  },
                                },
                              },
                            },
                          },
                          waiting: {
                            array: {
                              object: {
                                step: 'string',
                                events: {
                                  nullable: {
                                    array: {
                                      object: {
                                        id: 'eventId',
                                        type: 'string',
                                        data: 'json',
                                        timestamp: 'time',
                                      },
                                    },
                                  },
                                },
                                chars: { number: {} },
                              },
                            },
                          },
                        },
                      },
                    },
                  },
                },
              },
              usage: {
                nullable: {
                  object: {
                    inputTokens: { number: { isInteger: true, min: 0 } },
                    outputTokens: { number: { isInteger: true, min: 0 } },
                    totalTokens: { number: { isInteger: true, min: 0 } },
                  },
                },
              },
              cost: { nullable: { number: { min: 0 } } },
              budget: {
                nullable: {
                  object: {
                    state: { oneOf: ['warning', 'exceeded'] },
                    unit: { oneOf: ['usd', 'tokens'] },
                    spent: { number: { min: 0 } },
                    limit: { number: { above: 0 } },
                    isAtLeast: { optional: 'boolean' },
                  },
                },
              },
              spending: {
                default: null,
                of: {
                  nullable: {
                    object: {
                      limits: {
                        object: {
                          usd: { optional: { number: { above: 0 } } },
                          tokens: { optional: { number: { above: 0 } } },
                        },
                      },
                      usage: {
                        nullable: {
                          object: {
                            inputTokens: { number: { isInteger: true, min: 0 } },
                            outputTokens: { number: { isInteger: true, min: 0 } },
                            totalTokens: { number: { isInteger: true, min: 0 } },
                          },
                        },
                      },
                      cost: { nullable: { number: { min: 0 } } },
                    },
                  },
                },
              },
              startedAt: { nullable: 'time' },
              updatedAt: { nullable: 'time' },
              endedAt: { nullable: 'time' },
              result: 'json',
              error: { nullable: { object: { code: 'code', message: 'string' } } },
              cancelled: {
                nullable: {
                  object: { by: { optional: 'string' }, reason: { optional: 'string' } },
                },
              },
            },
          },
          cursor: 'eventId',
        },
      },
      timestamp: 'time',
    },
  },
  'workflow:state': {
    object: {
      type: { oneOf: ['workflow:state'] },
      data: {
        object: {
          snapshot: {
            object: {
              workflowId: 'string',
              cursor: { nullable: 'eventId' },
              status: {
                oneOf: [
                  'queued',
                  'running',
                  'paused',
                  'retrying',
                  'completed',
                  'failed',
                  'cancelled',
                ],
              },
              workflow: 'string',
              title: 'string',
              target: 'string',
              url: { nullable: 'string' },
              attempt: { number: { isInteger: true, min: 0 } },
              maxAttempts: { number: { isInteger: true, min: 0 } },
              retry: {
                nullable: {
                  object: { at: 'time', reason: { object: { code: 'code', message: 'string' } } },
                },
              },
              statuses: {
                array: {
                  object: {
                    id: 'eventId',
                    at: 'time',
                    stage: 'string',
                    message: 'string',
                    progress: { optional: { number: {} } },
                  },
                },
              },
              parts: {
                array: {
                  object: {
                    part: 'string',
                    text: 'string',
                    isComplete: 'boolean',
                    step: { optional: 'string' },
                  },
                },
              },
              steps: {
                array: {
                  object: {
                    step: 'string',
                    status: { oneOf: ['running', 'completed', 'failed'] },
                    startedAt: 'time',
                    durationMs: { nullable: { number: {} } },
                  },
                },
              },
              tools: {
                array: {
                  object: {
                    callId: 'string',
                    name: 'string',
                    agentId: { optional: 'string' },
                    arguments: 'json',
                    status: { oneOf: ['running', 'ok', 'failed'] },
                    summary: 'string',
                    output: 'string',
                    truncated: 'boolean',
                    startedAt: 'time',
                    durationMs: { nullable: { number: {} } },
                    step: { optional: 'string' },
                  },
                },
              },
              agents: {
                array: {
                  object: {
                    agentId: 'string',
                    name: 'string',
                    role: 'string',
                    model: { optional: 'string' },
                    status: { oneOf: ['running', 'completed', 'failed'] },
                    message: 'string',
                    step: { nullable: { number: { isInteger: true } } },
                    steps: { nullable: { number: { isInteger: true } } },
                    iteration: { nullable: { number: { isInteger: true } } },
                    progress: { nullable: { number: {} } },
                    startedAt: 'time',
                    durationMs: { nullable: { number: {} } },
                    usage: {
                      nullable: {
                        object: {
                          inputTokens: { number: { isInteger: true, min: 0 } },
                          outputTokens: { number: { isInteger: true, min: 0 } },
                          totalTokens: { number: { isInteger: true, min: 0 } },
                        },
                      },
                    },
                    cost: { nullable: { number: { min: 0 } } },
                    error: { nullable: { object: { code: 'code', message: 'string' } } },
                    inStep: { optional: 'string' },
                  },
                },
              },
              logs: {
                array: {
                  object: {
                    id: 'eventId',
                    at: 'time',
                    level: { oneOf: ['debug', 'info', 'warn', 'error'] },
                    message: 'string',
                    agentId: { optional: 'string' },
                  },
                },
              },
              custom: {
                default: {},
                of: {
                  record: {
                    object: {
                      count: { number: { isInteger: true, above: 0 } },
                      last: {
                        object: { id: 'eventId', at: 'time', data: 'json', isLeftOut: 'boolean' },
                      },
                    },
                  },
                },
              },
              state: { default: null, of: 'json' },
              stateError: {
                default: null,
                of: {
                  nullable: {
                    object: {
                      code: { oneOf: ['reducer_failed', 'state_too_large'] },
                      message: 'string',
                      id: 'eventId',
                    },
                  },
                },
              },
              fold: {
                default: { custom: { kept: {}, steps: {} }, state: null },
                of: {
                  object: {
                    custom: {
                      object: {
                        kept: {
                          record: {
                            object: {
                              count: { number: { isInteger: true, above: 0 } },
                              last: {
                                object: {
                                  id: 'eventId',
                                  at: 'time',
                                  data: 'json',
                                  isLeftOut: 'boolean',
                                },
                              },
                            },
                          },
                        },
                        steps: {
                          record: {
                            record: {
                              object: {
                                count: { number: { isInteger: true, above: 0 } },
                                last: {
                                  object: {
                                    id: 'eventId',
                                    at: 'time',
                                    data: 'json',
                                    isLeftOut: 'boolean',
                                  },
                                },
                              },
                            },
                          },
                        },
                      },
                    },
                    state: {
                      nullable: {
                        object: {
                          kept: {
                            object: {
                              value: 'json',
                              error: {
                                nullable: {
                                  object: {
                                    code: { oneOf: ['reducer_failed', 'state_too_large'] },
                                    message: 'string',
                                    id: 'eventId',
                                  },
                                },
                              },
                            },
                          },
                          step: {
                            nullable: {
                              object: {
                                name: 'string',
                                state: {
                                  object: {
                                    value: 'json',
                                    error: {
                                      nullable: {
                                        object: {
                                          code: { oneOf: ['reducer_failed', 'state_too_large'] },
                                          message: 'string',
                                          id: 'eventId',
                                        },
                                      },
                                    },
                                  },
                                },
                              },
                            },
                          },
                          waiting: {
                            array: {
                              object: {
                                step: 'string',
                                events: {
                                  nullable: {
                                    array: {
                                      object: {
                                        id: 'eventId',
                                        type: 'string',
                                        data: 'json',
                                        timestamp: 'time',
                                      },
                                    },
                                  },
                                },
                                chars: { number: {} },
                              },
                            },
                          },
                        },
                      },
                    },
                  },
                },
              },
              usage: {
                nullable: {
                  object: {
                    inputTokens: { number: { isInteger: true, min: 0 } },
                    outputTokens: { number: { isInteger: true, min: 0 } },
                    totalTokens: { number: { isInteger: true, min: 0 } },
                  },
                },
              },
              cost: { nullable: { number: { min: 0 } } },
              budget: {
                nullable: {
                  object: {
                    state: { oneOf: ['warning', 'exceeded'] },
                    unit: { oneOf: ['usd', 'tokens'] },
                    spent: { number: { min: 0 } },
                    limit: { number: { above: 0 } },
                    isAtLeast: { optional: 'boolean' },
                  },
                },
              },
              spending: {
                default: null,
                of: {
                  nullable: {
                    object: {
                      limits: {
                        object: {
                          usd: { optional: { number: { above: 0 } } },
                          tokens: { optional: { number: { above: 0 } } },
                        },
                      },
                      usage: {
                        nullable: {
                          object: {
                            inputTokens: { number: { isInteger: true, min: 0 } },
                            outputTokens: { number: { isInteger: true, min: 0 } },
                            totalTokens: { number: { isInteger: true, min: 0 } },
                          },
                        },
                      },
                      cost: { nullable: { number: { min: 0 } } },
                    },
                  },
                },
              },
              startedAt: { nullable: 'time' },
              updatedAt: { nullable: 'time' },
              endedAt: { nullable: 'time' },
              result: 'json',
              error: { nullable: { object: { code: 'code', message: 'string' } } },
              cancelled: {
                nullable: {
                  object: { by: { optional: 'string' }, reason: { optional: 'string' } },
                },
              },
            },
          },
        },
      },
      timestamp: 'time',
    },
  },
} as const satisfies Readonly<Record<string, Shape>>;
