"""Shareholders, capital, accounts, money and custodians of the institutions that are watched."""
