"""What tells the title of a job: words of titles, lines at the top, sentences, and how much each counts."""
