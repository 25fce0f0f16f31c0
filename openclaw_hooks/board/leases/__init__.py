"""Claims: who works on a task, until when and under which token, as refs and as files that hooks read."""
