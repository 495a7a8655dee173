"""What generates parts of the documents."""
