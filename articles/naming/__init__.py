"""Tags and authors: kept, merged, proposed, looked after, brought in and out."""
