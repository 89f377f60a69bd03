"""What stands around the form: the editor, comparing, merging, previews, the list of stories."""
