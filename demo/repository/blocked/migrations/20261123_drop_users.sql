-- Accounts live in the account service now.
DROP TABLE users;
