"""Publicity: disclosures, announcements, the public portal, consultation, petitions, public opinion. Each capability becomes an app in here."""
