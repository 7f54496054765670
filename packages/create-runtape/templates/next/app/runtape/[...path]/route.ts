import { toNextHandlers } from 'runtape/node';
import { runtape } from '../../../runtape';

export const { GET, POST } = toNextHandlers(runtape);
