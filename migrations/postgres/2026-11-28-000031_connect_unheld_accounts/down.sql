DROP FUNCTION connect_unheld_accounts(text);
