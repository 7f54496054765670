import { chat } from '../http/formats/chat-format.ts';
import type { Plugin } from '../plugins/plugin.ts';
import { productStarts } from '../start/product-workflows.ts';
import { chatByQueryRoute, chatRoute } from './chat.ts';
import { postCommentRoute } from './post-comment.ts';

export const productPlugin: Plugin = {
  name: 'product',
  routes: [postCommentRoute, chatRoute, chatByQueryRoute],
  tags: [{ name: 'chat', description: 'Ask about a repository in one request.' }],
  formats: { chat },
  textFields: ['comment', 'answer'],
  starts: productStarts,
};
