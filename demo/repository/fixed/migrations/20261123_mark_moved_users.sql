-- Accounts move to the account service; rows stay until nobody reads them any more.
ALTER TABLE users ADD COLUMN moved_at timestamptz;
