import type { Pool } from 'pg';
import { verify } from './password.ts';

export async function signIn(db: Pool, email: string, password: string): Promise<string | null> {
  const { rows } = await db.query('SELECT id, password_hash FROM users WHERE email = $1', [email]);
  const user = rows[0] as { id: string; password_hash: string } | undefined;
  return user !== undefined && (await verify(password, user.password_hash)) ? user.id : null;
}
