"""The desk: a local web page on which a campaign is watched, decided and read. It asks the workflows, as the command line does."""
