// n8n-core reads its folder and its decorators' metadata when it is loaded, so this is imported before it.
import 'reflect-metadata';

import { scratchFolder } from './scratchFolder';

process.env.N8N_USER_FOLDER ??= scratchFolder();
// Without a key n8n makes one up and says so.
process.env.N8N_ENCRYPTION_KEY ??= 'nothing is stored';
