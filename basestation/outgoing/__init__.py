"""The way out: notices to people through channels, commands to devices until they answer."""
