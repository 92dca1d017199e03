"""One Freedom of Information request to hundreds of public bodies, and comparable answers back."""

__version__ = "0.1.0"
